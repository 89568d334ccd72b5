// Answers that agree, in one card that says so; each can be opened and read, as markdown.

import { element, plainButton, uniqueId } from "../dom/dom.ts";
import { card } from "../kit/card.ts";
import { drawMath } from "../markdown/math.ts";
import { Passage } from "../markdown/passage.ts";
import type { TurnSample } from "../wire/checks.ts";
import type { Checking } from "./section.ts";

interface Options {
  checking: Checking;
  /** 0 is the turn's own answer, n is sample n - 1. */
  members: readonly number[];
  samples: readonly TurnSample[];
  /** What they have in common. It may end in a `value`. */
  title: string;
  value: string;
  /** Those that are open; outlives the card. */
  open: Set<number>;
}

export class AnswerGroup {
  readonly element: HTMLElement;
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    const { members, title, value } = options;
    const isFormula = value.includes("\\") && title.endsWith(value);
    const id = uniqueId("answers");
    this.element = card(
      { class: "r1-group", role: "group", "aria-labelledby": id },
      element(
        "div",
        { id, class: "r1-group-title" },
        ...(isFormula ? [title.slice(0, -value.length), drawMath(value, false)] : [title]),
      ),
      ...members.map(member => this.#member(member)),
    );
  }

  #member(member: number): HTMLElement {
    const { checking, samples, open } = this.#options;
    const { texts } = checking.store;
    const sample = samples[member - 1];
    if (!sample) return element("div", { class: "r1-check-note" }, texts.thisAnswer);
    const id = uniqueId("answer");
    const isCut = sample.finish_reason === "length";
    const words = [texts.otherAnswer(member), texts.tokens(sample.tokens), isCut ? texts.cutOffSample : ""];
    const body = element("div", { id, class: "r1-answer r1-prose", dir: "auto", lang: "", hidden: true });
    const fold = plainButton(words.filter(Boolean).join(" · "), {
      class: "r1-fold",
      "aria-expanded": "false",
      "aria-controls": id,
      disabled: sample.answer.trim() === "",
    });
    const show = (isOpen: boolean) => {
      body.hidden = !isOpen;
      fold.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) open.add(member);
      else open.delete(member);
      if (!isOpen || body.firstChild) return;
      const passage = new Passage(body, texts);
      passage.write(sample.answer);
      passage.end();
      passage.draw(Number.POSITIVE_INFINITY);
    };
    fold.addEventListener("click", () => show(body.hidden === true));
    if (open.has(member)) show(true);
    return element("div", { class: "r1-continuation" }, fold, body);
  }
}
