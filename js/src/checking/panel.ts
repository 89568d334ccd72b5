// "Check", below an answer: what can be said of it beyond its text, in parts. All of it is made when it opens.

import { element, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { card } from "../kit/card.ts";
import { Disclosure } from "../kit/disclosure.ts";
import { CLOSE } from "../kit/icons.ts";
import type { Checking, Section } from "./section.ts";
import { SECTIONS } from "./sections.ts";

export class CheckPanel {
  readonly element: HTMLElement;
  readonly #sections: Section[];

  constructor(checking: Checking, close: () => void) {
    const { texts } = checking.store;
    this.#sections = SECTIONS.map(make => make(checking));
    const shut = button(texts.checkClose, { icon: CLOSE, bare: true });
    shut.addEventListener("click", close, { signal: checking.signal });
    this.element = card(
      { class: "r1-panel r1-checking", "aria-label": texts.check },
      element(
        "div",
        { class: "r1-panel-head" },
        element("span", { class: "r1-panel-title" }, texts.check),
        shut,
      ),
      element("p", { class: "r1-checking-hint" }, texts.checkHint),
      ...this.#sections.map(section => framed(section, checking)),
    );
    this.update();
  }

  /** The turn has grown, or more is known of it. */
  update(): void {
    for (const section of this.#sections) section.update();
  }
}

function framed({ element: body, title, measured }: Section, checking: Checking): HTMLElement {
  const id = uniqueId("check");
  const head = element(
    "div",
    { class: "r1-check-head" },
    element("div", { id, class: "r1-check-title" }, title),
  );
  const frame = element("section", { class: "r1-check-section", "aria-labelledby": id }, head, body);
  if (measured) {
    const { button: ask, panel } = figure(title, measured, checking);
    head.append(ask);
    head.after(panel);
  }
  return frame;
}

/** Beside each title the way to how good it is: a reader is to know how far to trust what helps to find errors. */
function figure(title: string, measured: string, { store: { texts }, signal }: Checking) {
  const ask = button(texts.howGood, { "aria-label": texts.howGoodOf(title) });
  const panel = element("p", { id: uniqueId("figure"), class: "r1-check-measured" }, measured);
  new Disclosure({ button: ask, panel, signal });
  return { button: ask, panel };
}
