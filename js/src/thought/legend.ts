// Which sign of the outline means what, and that it goes by a step's first words: behind a button.

import { element, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { icon } from "../kit/icon.ts";
import { INFO } from "../kit/icons.ts";
import { Popover } from "../kit/popover.ts";
import type { Texts } from "../texts/index.ts";
import { KINDS, SIGNS } from "./signs.ts";

export class Legend {
  readonly button: HTMLButtonElement;
  /** Stands beside the button. */
  readonly element: HTMLElement;
  readonly #texts: Texts;

  constructor(texts: Texts, signal: AbortSignal) {
    this.#texts = texts;
    this.button = button(texts.legend, { icon: INFO, bare: true });
    this.element = element("div", {
      id: uniqueId("legend"),
      class: "r1-legend",
      role: "note",
      "aria-label": texts.legend,
    });
    new Popover({
      button: this.button,
      panel: this.element,
      signal,
      opened: () => this.#fill(),
      closed: () => this.element.replaceChildren(),
    });
  }

  #fill(): void {
    const { kind, begins, legendHint } = this.#texts;
    const lines = KINDS.map(each =>
      element(
        "li",
        { class: "r1-legend-line", "data-kind": each },
        icon(SIGNS[each]),
        element("span", {}, kind(each)),
        element("span", { class: "r1-legend-words" }, begins(each)),
      ),
    );
    this.element.replaceChildren(element("ul", {}, ...lines), element("p", {}, legendHint));
  }
}
