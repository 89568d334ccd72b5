// A panel above the page, at the button that opens it: nothing cuts it off, and it moves nothing. It closes when the keyboard or
// the mouse goes elsewhere. Where the browser has no top
// layer for it (or a test no browser), it stands where it is in the document.

import {
  autoUpdate,
  computePosition,
  flip,
  offset,
  type Placement,
  type ReferenceElement,
  shift,
  size,
} from "@floating-ui/dom";
import { Disclosure } from "./disclosure.ts";

/** Pixels between the panel and its button, and the window's edge. */
const GAP = 4;
const EDGE = 8;
/** Pixels of height that a panel has at least: what doesn't fit is scrolled. */
const LEAST = 120;

interface Options {
  /** Says what it controls. Without one, others open it. */
  button?: HTMLButtonElement;
  /** Has an id. */
  panel: HTMLElement;
  signal: AbortSignal;
  placement?: Placement;
  opened?: () => void;
  closed?: () => void;
}

export class Popover {
  readonly #disclosure: Disclosure;
  readonly #options: Options;
  /** What it stands at. */
  #at: ReferenceElement;
  #leave: (() => void) | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { button, panel, signal } = options;
    this.#at = button ?? panel;
    panel.classList.add("r1-popover");
    panel.setAttribute("popover", "manual");
    this.#disclosure = new Disclosure({
      button,
      panel,
      signal,
      isPassing: true,
      opened: () => this.#opened(),
      closed: () => this.#closed(),
    });
    signal.addEventListener("abort", () => this.#leave?.(), { once: true });
  }

  get isOpen(): boolean {
    return this.#disclosure.isOpen;
  }

  /** `opener`: who gets the keyboard back, where that isn't its button; `at`: what it stands at this time. */
  open(opener?: HTMLElement, at: ReferenceElement | undefined = opener): void {
    this.#disclosure.close();
    this.#at = at ?? this.#options.button ?? this.#options.panel;
    this.#disclosure.open(opener);
  }

  close(): void {
    this.#disclosure.close();
  }

  #opened(): void {
    const { panel, opened } = this.#options;
    panel.showPopover?.();
    opened?.();
    this.#leave?.();
    if (typeof ResizeObserver !== "undefined") this.#leave = autoUpdate(this.#at, panel, () => this.#place());
  }

  #closed(): void {
    const { panel, closed } = this.#options;
    this.#leave?.();
    this.#leave = undefined;
    this.#at = this.#options.button ?? panel;
    if (panel.isConnected) panel.hidePopover?.();
    closed?.();
  }

  #place(): void {
    const { panel, placement = "bottom-end" } = this.#options;
    const room = size({
      padding: EDGE,
      apply: ({ availableHeight, availableWidth }) => {
        panel.style.maxHeight = `${Math.max(LEAST, availableHeight)}px`;
        panel.style.maxWidth = `${availableWidth}px`;
      },
    });
    const middleware = [offset(GAP), flip({ padding: EDGE }), shift({ padding: EDGE }), room];
    void computePosition(this.#at, panel, { placement, strategy: "fixed", middleware }).then(({ x, y }) => {
      panel.style.left = `${x}px`;
      panel.style.top = `${y}px`;
    });
  }
}
