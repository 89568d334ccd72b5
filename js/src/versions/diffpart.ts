// The changes of one part of a turn: its name, what is said of them, and they themselves, as they are read or as they were written.

import { element, setText } from "../dom/dom.ts";
import { place, removeFrom } from "../dom/grow.ts";
import type { Texts } from "../texts/index.ts";
import type { ExtrasExports } from "../wire/extras.ts";
import type { Part } from "../wire/protocol.ts";
import { Prose, type ProseText } from "./diffprose.ts";
import { asWritten } from "./diffwritten.ts";

export interface DiffPartOptions {
  part: Part;
  compare: ExtrasExports;
  texts: Texts;
  /** Whether the reader has opened a fold, which has a key. */
  isOpen: (key: string) => boolean;
  signal: AbortSignal;
}

export class DiffPart {
  readonly element: HTMLElement;
  readonly #options: DiffPartOptions;
  readonly #note = element("p", { class: "r1-diff-note" });
  readonly #prose: Prose;
  readonly #written = element("div", { class: "r1-diff-text r1-diff-written", dir: "auto", lang: "" });

  constructor(options: DiffPartOptions) {
    this.#options = options;
    const { part, compare, texts, isOpen, signal } = options;
    this.#prose = new Prose(part, { texts, compare }, isOpen, signal);
    const name = texts.diffPart(part);
    this.element = element(
      "section",
      // Not a heading: its level would depend on what else is on the page.
      { class: "r1-diff-part", "data-part": part, role: "group", "aria-label": name },
      element("div", { class: "r1-diff-name", "aria-hidden": "true" }, name),
      this.#note,
      this.#prose.element,
      this.#written,
    );
  }

  draw(text: ProseText, isWritten: boolean): void {
    const { part, texts } = this.#options;
    const { before, after } = text;
    const isEmpty = before === "" && after === "";
    // In a person's text nothing is markup.
    const isText = isWritten || part === "question";
    this.#prose.element.hidden = isEmpty || isText;
    this.#written.hidden = isEmpty || !isText;
    if (isEmpty) setText(this.#note, texts.emptyInBoth);
    else if (isText) this.#write(text);
    else {
      this.#prose.update(text);
      const isSame = this.#prose.isSame && !text.isGrowing;
      setText(this.#note, isSame ? (before === after ? texts.sameAll : texts.readTheSame) : "");
    }
  }

  #write({ before, after, isGrowing }: ProseText): void {
    const { part, compare, isOpen, texts } = this.#options;
    const found = compare.changes(before, after);
    if (isGrowing) {
      // What isn't there yet wasn't taken away.
      const last = found.findLastIndex(({ type }) => type === "removed");
      if (last >= 0 && !found.slice(last).some(({ type }) => type === "same")) found.splice(last, 1);
    }
    const isSame = !isGrowing && found.every(({ type }) => type === "same");
    setText(this.#note, isSame ? texts.sameAll : "");
    // In its place, so that a fold keeps the focus, and what is selected stays selected.
    const fresh = asWritten(part, found, isOpen, texts);
    removeFrom(place(this.#written, this.#written.firstChild, fresh));
  }
}
