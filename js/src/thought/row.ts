// A step's line in the outline: its sign, its first words, a bar that is as long as the step is beside the longest, and, for who
// points at it or hears it, what it took.

import { element, setText } from "../dom/dom.ts";
import { icon } from "../kit/icon.ts";
import { SLIP } from "../kit/icons.ts";
import { drawShares } from "../kit/shares.ts";
import type { Timeline } from "../state/timeline.ts";
import type { Texts } from "../texts/index.ts";
import { type Beside, type Follows, type Remark, remarksIn } from "./beside.ts";
import { SIGNS } from "./signs.ts";
import type { StepView } from "./step.ts";

export class Row {
  readonly element: HTMLElement;
  readonly step: StepView;
  /** Among all rows. */
  readonly index: number;
  /** Tokens; characters where no tokens are known. */
  length = 0;
  readonly #texts: Texts;
  readonly #title = element("span", { class: "r1-row-title", lang: "", dir: "auto" });
  readonly #cost = element("span", { class: "r1-row-cost" });
  /** What is said of it, as the title and the cost are. */
  #said: { title: string; cost: string } = { title: "", cost: "" };
  #remarks = "";
  #notes = "";
  #follows: Follows | undefined;
  /** Has a column of its own, where there is one. */
  readonly #band = element("span", { class: "r1-row-band", "aria-hidden": "true" });

  constructor(step: StepView, index: number, texts: Texts) {
    this.step = step;
    this.index = index;
    this.#texts = texts;
    this.element = element(
      "div",
      { class: "r1-row", role: "treeitem", tabindex: "-1", "data-kind": step.kind },
      icon(SIGNS[step.kind]),
      this.#title,
      this.#band,
      this.#cost,
    );
    this.folded();
  }

  /** The step was folded or unfolded. */
  folded(): void {
    this.element.setAttribute("aria-expanded", String(!this.step.folded));
  }

  /** The step has gone on. */
  update(timeline: Timeline): void {
    const { step } = this;
    const { kind, stepCost } = this.#texts;
    const { title } = step;
    setText(this.#title, title);
    const from = timeline.at(step.start);
    const to = timeline.at(step.end);
    const isKnown = from !== undefined && to !== undefined && step.end > timeline.start;
    const cost = isKnown
      ? stepCost(to.seconds - from.seconds, Math.round(to.tokens) - Math.round(from.tokens))
      : "";
    const said = [kind(step.kind), cost].filter(Boolean).join(" · ");
    this.#said = { title, cost: said };
    this.#tell();
    this.length = isKnown ? to.tokens - from.tokens : (step.end - step.start) * perCharacter(timeline);
    this.element.style.setProperty("--r1-length", this.length.toFixed(1));
  }

  get isRemarked(): boolean {
    return this.#remarks !== "";
  }

  /** What is said of it besides. */
  stand(beside: Beside): void {
    const { start, end } = this.step;
    const said = (remarks: readonly Remark[]) => remarks.map(({ says }) => says).join("; ");
    const remarks = said(remarksIn(beside.remarks, start, end));
    const written = remarksIn(beside.notes, start, end);
    const notes = said(written);
    const follows = beside.follows?.(this.index);
    if (remarks === this.#remarks && follows === this.#follows && notes === this.#notes) return;
    if (notes !== this.#notes) {
      this.element.querySelector(":scope > .r1-row-note")?.remove();
      const sign = written.at(-1)?.sign;
      if (sign) this.#title.after(element("span", { class: "r1-row-note" }, icon(sign)));
    }
    this.#notes = notes;
    if ((remarks === "") !== (this.#remarks === "")) {
      this.element.querySelector(":scope > .r1-row-remark")?.remove();
      if (remarks) this.#title.after(element("span", { class: "r1-row-remark" }, icon(SLIP)));
    }
    this.#remarks = remarks;
    this.#follows = follows;
    this.#band.replaceChildren(...(follows ? [drawShares(follows.counts)] : []));
    this.#tell();
  }

  #tell(): void {
    const { title, cost } = this.#said;
    const said = [cost, this.#remarks, this.#notes, this.#follows?.says ?? ""].filter(Boolean);
    setText(this.#cost, said.join(" · "));
    this.#title.title = [title, ...said].join("\n");
  }
}

/** Tokens of a character, where that is known: what the model didn't write has no tokens of its own, and has its length. */
function perCharacter(timeline: Timeline): number {
  const last = timeline.at(Number.POSITIVE_INFINITY);
  return last && last.at > timeline.start ? last.tokens / (last.at - timeline.start) : 1;
}
