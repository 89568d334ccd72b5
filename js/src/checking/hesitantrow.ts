// A token that the model gave little, in its context: how much, what it might have written instead, and the way there.

import { element, plainButton } from "../dom/dom.ts";
import type { ScoredToken } from "../wire/checks.ts";
import type { Kind } from "../wire/protocol.ts";
import type { Alternatives } from "./alternatives.ts";
import { goButton } from "./place.ts";
import type { Checking } from "./section.ts";
import { chosenOf, levelOf, nameOf, visible } from "./token.ts";

/** Characters of the text before and behind it. */
const BEFORE = 28;
const BEHIND = 20;

/** A token, and where it stands in the text as the page counts. */
export interface Placed {
  token: ScoredToken;
  kind: Kind;
  start: number;
  end: number;
  written: string;
}

export class HesitantRow {
  readonly element: HTMLElement;

  constructor(checking: Checking, placed: Placed, alternatives: Alternatives) {
    const { texts } = checking.store;
    const { token, kind, start, end, written } = placed;
    const { value } = checking.turn.texts[kind];
    const chosen = chosenOf(token, written);
    const name = nameOf(chosen, texts);
    const shown = written || (chosen.role && chosen.role !== "text" ? chosen.text || name : "");
    const opens = plainButton("", {
      class: "r1-hesitant-row",
      "aria-haspopup": "true",
    });
    opens.replaceChildren(
      element(
        "span",
        { class: "r1-hesitant-context", lang: "", dir: "auto" },
        inLine(value.slice(wholeFrom(value, start - BEFORE), start)),
        element("mark", { class: `r1-hesitant-${levelOf(token.probability)}` }, visible(shown)),
        inLine(value.slice(end, wholeFrom(value, end + BEHIND))),
      ),
      element("span", { class: "r1-check-count" }, texts.hesitationShare(token.probability)),
      element("span", { class: "r1-said" }, `. ${texts.hesitationOpen(name, token.probability)}`),
    );
    // No signal: it goes with its row.
    opens.addEventListener("click", () => alternatives.open(token, written, opens));
    this.element = element(
      "li",
      { class: "r1-check-row" },
      opens,
      element("span", { class: "r1-check-where" }, texts.inText(kind)),
      goButton(checking, kind, token.start, token.end, name),
    );
  }
}

const inLine = (text: string): string => text.replace(/\s+/g, " ");

/** A place that isn't within a character. */
const wholeFrom = (text: string, at: number): number => {
  const place = Math.max(0, Math.min(text.length, at));
  const unit = text.charCodeAt(place);
  return unit >= 0xdc00 && unit < 0xe000 ? place + 1 : place;
};
