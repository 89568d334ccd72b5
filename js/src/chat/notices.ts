// Sentences for the person, each until it is dismissed or has been dealt with.

import { element } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { icon } from "../kit/icon.ts";
import { CLOSE, COPY, INFO, LOCK } from "../kit/icons.ts";
import type { Texts } from "../texts/index.ts";

export class Notices {
  readonly element = element("div", { class: "r1-notices", role: "status" });
  readonly #texts: Texts;
  readonly #shown = new Map<string, { line: HTMLElement; about: string }>();

  constructor(signal: AbortSignal, texts: Texts) {
    this.#texts = texts;
    this.element.addEventListener(
      "click",
      event => {
        const line = (event.target as Element | null)?.closest(".r1-dismiss")?.parentElement;
        this.#remove(shown => shown.line === line);
      },
      { signal },
    );
  }

  /** `about`: what it is of interest for, until that is dealt with. `code`: what it advises to run, to be copied. */
  show(text: string, about: string, code = ""): void {
    if (this.#shown.has(text)) return;
    const { copy, dismiss } = this.#texts;
    const copies = button(copy, {
      look: "outlined",
      icon: COPY,
      "data-r1-act": "copy-line",
      "data-r1-line": code,
    });
    const line = element(
      "div",
      { class: "r1-notice" },
      icon(about === "private" ? LOCK : INFO),
      element("span", {}, text),
      ...(code ? [copies] : []),
      button(dismiss, { icon: CLOSE, bare: true, class: "r1-dismiss" }),
    );
    this.#shown.set(text, { line, about });
    this.element.append(line);
  }

  /** That has been dealt with. */
  clear(about: string): void {
    this.#remove(shown => shown.about === about);
  }

  #remove(which: (shown: { line: HTMLElement; about: string }) => boolean): void {
    for (const [text, shown] of this.#shown)
      if (which(shown)) {
        shown.line.remove();
        this.#shown.delete(text);
      }
  }
}
