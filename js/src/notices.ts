// Sentences for the person, each until it is dismissed or has been dealt with.

import { button, element } from "./dom.ts";
import type { Texts } from "./texts/index.ts";

export class Notices {
  readonly element = element("div", { class: "r1-notices", role: "status" });
  readonly #texts: Texts;
  readonly #shown = new Map<string, { line: HTMLElement; passing: boolean }>();

  constructor(signal: AbortSignal, texts: Texts) {
    this.#texts = texts;
    this.element.addEventListener(
      "click",
      event => {
        const line = (event.target as Element | null)?.closest("button")?.parentElement;
        for (const [text, shown] of this.#shown) if (shown.line === line) this.#remove(text);
      },
      { signal },
    );
  }

  show(text: string, passing: boolean): void {
    if (this.#shown.has(text)) return;
    const { dismiss } = this.#texts;
    const line = element(
      "div",
      { class: "r1-notice" },
      element("span", {}, text),
      button("×", { class: "r1-quiet", "aria-label": dismiss, title: dismiss }),
    );
    this.#shown.set(text, { line, passing });
    this.element.append(line);
  }

  /** What was of interest only until now. */
  clearPassing(): void {
    for (const [text, { passing }] of this.#shown) if (passing) this.#remove(text);
  }

  #remove(text: string): void {
    this.#shown.get(text)?.line.remove();
    this.#shown.delete(text);
  }
}
