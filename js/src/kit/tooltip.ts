// What a button's tooltip says to the mouse, said to the keyboard, too: the browser shows a `title` to who hovers only. And what
// an icon alone can't say of what came of it. One bubble for a view; a screen reader has the title from the button itself.

import {
  computePosition,
  flip,
  offset,
  type Placement,
  type ReferenceElement,
  shift,
} from "@floating-ui/dom";
import { element, setText } from "../dom/dom.ts";

const GAP = 6;
const EDGE = 4;

/** Put what lies above the page beside something, within the window. */
export function putBeside(target: ReferenceElement, element: HTMLElement, placement: Placement): void {
  const middleware = [offset(GAP), flip({ padding: EDGE }), shift({ padding: EDGE })];
  void computePosition(target, element, { placement, strategy: "fixed", middleware }).then(({ x, y }) => {
    element.style.left = `${x}px`;
    element.style.top = `${y}px`;
  });
}

/** A few words beside something, until the reader does something else. */
export class Bubble {
  readonly element = element("div", {
    class: "r1-tooltip",
    "aria-hidden": "true",
    popover: "manual",
    hidden: true,
  });

  constructor(root: HTMLElement, signal: AbortSignal) {
    root.append(this.element);
    for (const name of ["focusout", "keydown", "pointerdown"])
      root.addEventListener(name, () => this.hide(), { signal });
  }

  say(target: ReferenceElement, text: string): void {
    setText(this.element, text);
    this.element.hidden = false;
    this.element.showPopover?.();
    putBeside(target, this.element, "top");
  }

  hide(): void {
    if (this.element.hidden) return;
    this.element.hidePopover?.();
    this.element.hidden = true;
  }
}

export class Tooltip extends Bubble {
  constructor(root: HTMLElement, signal: AbortSignal) {
    super(root, signal);
    root.addEventListener("focusin", event => this.#focused(event.target as Element), { signal });
  }

  #focused(target: Element): void {
    const said =
      target.matches(".r1-bare") && target.matches(":focus-visible") && target.getAttribute("title");
    if (said) this.say(target, said);
  }
}
