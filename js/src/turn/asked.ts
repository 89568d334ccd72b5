// The question, and what belongs to it below. Of a long one only the beginning is in the page, until the reader wants more: a
// browser lays out all that is there, seen or not.

import { element } from "../dom/dom.ts";
import { reveal } from "../dom/scroll.ts";
import { button, relabel } from "../kit/button.ts";
import { COPY } from "../kit/icons.ts";
import type { Texts } from "../texts/index.ts";
import type { Acts } from "./acts.ts";

/** The conversation has a language of its own, which is not the interface's, and not known. */
const CONTENT = { dir: "auto", lang: "" };
/** Lines of a long question that are shown (question.css has the same height), and from how many on one is long. */
const SHOWN = 12;
const LONG = 16;
/** Characters in a line of the bubble, or so. */
const LINE = 85;

/** How much of the question is shown first; undefined: all of it. */
export function beginning(question: string): string | undefined {
  if (question.length <= LONG && !question.includes("\n")) return undefined;
  let lines = 0;
  let shown = 0;
  for (let at = 0; at < question.length; ) {
    const end = question.indexOf("\n", at);
    const stop = end < 0 ? question.length : end + 1;
    const height = Math.max(1, Math.ceil((stop - at) / LINE));
    if (lines < SHOWN) shown = at + Math.min(stop - at, (SHOWN - lines) * LINE);
    lines += height;
    if (lines > LONG) return question.slice(0, shown);
    at = stop;
  }
  return undefined;
}

interface Options {
  question: string;
  texts: Texts;
  signal: AbortSignal;
  acts: Acts;
}

export class Asked {
  readonly element: HTMLElement;
  /** Hidden while it is edited. */
  readonly bubble = element("div", { class: "r1-question", ...CONTENT });
  readonly #options: Options;
  readonly #text: HTMLElement;
  readonly #beginning: string | undefined;
  #isWhole = true;

  constructor(options: Options) {
    this.#options = options;
    const { question, texts, acts } = options;
    this.#beginning = beginning(question);
    this.#text = element("div", { class: "r1-question-text" }, this.#beginning ?? question);
    this.bubble.append(this.#text);
    if (this.#beginning !== undefined) this.#fold();
    const copy = { icon: COPY, bare: true, title: texts.copyQuestion, "data-r1-act": "copy-question" };
    this.element = element(
      "div",
      { class: "r1-asked" },
      this.bubble,
      acts.editors.question.element,
      element(
        "div",
        { class: "r1-asked-foot" },
        button(texts.copyQuestion, copy),
        acts.edit.question.button,
        acts.arrows.question.element,
      ),
    );
  }

  #fold(): void {
    const { question, texts, signal } = this.#options;
    const more = button(texts.showMore, { class: "r1-asked-more", lang: texts.tag, dir: "ltr" });
    const show = (whole: boolean) => {
      this.#isWhole = whole;
      this.#text.textContent = whole ? question : (this.#beginning ?? "");
      this.bubble.classList.toggle("r1-clamped", !whole);
      more.setAttribute("aria-expanded", String(whole));
      relabel(more, whole ? texts.showLess : texts.showMore);
    };
    show(false);
    const press = () => {
      show(!this.#isWhole);
      if (!this.#isWhole) reveal(this.bubble, "nearest");
    };
    more.addEventListener("click", press, { signal });
    this.bubble.append(more);
  }
}
