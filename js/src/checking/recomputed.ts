// What can be recomputed: equations that come out otherwise, and what of a turn doesn't fit together. Each with its place.

import { element } from "../dom/dom.ts";
import type { TurnFinding } from "../wire/checks.ts";
import type { Marker } from "./marker.ts";
import type { Mark } from "./marks.ts";
import { goButton } from "./place.ts";
import type { Checking, Section } from "./section.ts";
import { drawValue } from "./value.ts";

/** Those that are about a place have a mark there. */
export const markFindings: Marker = ({ checks }, texts) =>
  (checks.findings ?? [])
    .filter(({ start, end }) => end > start)
    .map((finding): Mark => {
      const { kind, start, end } = finding;
      return { kind, start, end, name: "r1-slip", says: texts.finding(finding) };
    });

export class Recomputed implements Section {
  readonly element = element("div", {});
  readonly title: string;
  readonly measured: string;
  readonly #checking: Checking;
  /** What is drawn. */
  #drawn: string | undefined;

  constructor(checking: Checking) {
    this.#checking = checking;
    this.title = checking.store.texts.recomputed;
    this.measured = checking.store.texts.recomputedMeasured;
  }

  update(): void {
    const { turn, store } = this.#checking;
    const { findings = [] } = turn.checks;
    const isEnded = turn.state.state === "ended";
    const key = JSON.stringify([findings, isEnded]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.element.replaceChildren(
      findings.length > 0
        ? element("ul", { class: "r1-check-list" }, ...findings.map(finding => this.#row(finding)))
        : element("p", { class: "r1-check-note" }, store.texts.noFindings(isEnded)),
    );
  }

  #row(finding: TurnFinding): HTMLElement {
    const { texts } = this.#checking.store;
    const { what, kind, start, end, text } = finding;
    const said = texts.finding(finding);
    const words = what === "arithmetic" ? [drawValue(text), " "] : [];
    return element(
      "li",
      { class: "r1-check-row" },
      element(
        "span",
        { class: "r1-check-words" },
        ...words,
        element("span", { class: "r1-check-said" }, said),
      ),
      element("span", { class: "r1-check-where" }, texts.inText(kind)),
      goButton(this.#checking, kind, start, end, what === "arithmetic" ? text : said),
    );
  }
}
