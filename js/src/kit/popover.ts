// A panel above the page, at the button that opens it: nothing cuts it off, and it moves nothing. It closes when the keyboard or
// the mouse goes elsewhere. Where the browser has no top
// layer for it (or a test no browser), it stands where it is in the document.

import { autoUpdate, computePosition, flip, offset, type Placement, shift, size } from "@floating-ui/dom";
import { Disclosure } from "./disclosure.ts";

/** Pixels between the panel and its button, and the window's edge. */
const GAP = 4;
const EDGE = 8;
/** Pixels of height that a panel has at least: what doesn't fit is scrolled. */
const LEAST = 120;

interface Options {
  /** Says what it controls. */
  button: HTMLButtonElement;
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
  #leave: (() => void) | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { button, panel, signal } = options;
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
    panel.addEventListener("focusout", event => this.#left(event), { signal });
    signal.addEventListener("abort", () => this.#leave?.(), { once: true });
  }

  get isOpen(): boolean {
    return this.#disclosure.isOpen;
  }

  open(): void {
    this.#disclosure.open();
  }

  close(): void {
    this.#disclosure.close();
  }

  /** Who goes on with Tab is done with it, and it would cover where they are. */
  #left({ relatedTarget }: FocusEvent): void {
    const { button, panel } = this.#options;
    const isElsewhere = relatedTarget instanceof Node && !panel.contains(relatedTarget);
    if (isElsewhere && !button.contains(relatedTarget)) this.close();
  }

  #opened(): void {
    const { button, panel, opened } = this.#options;
    panel.showPopover?.();
    opened?.();
    this.#leave?.();
    if (typeof ResizeObserver !== "undefined") this.#leave = autoUpdate(button, panel, () => this.#place());
  }

  #closed(): void {
    const { panel, closed } = this.#options;
    this.#leave?.();
    this.#leave = undefined;
    if (panel.isConnected) panel.hidePopover?.();
    closed?.();
  }

  #place(): void {
    const { button, panel, placement = "bottom-end" } = this.#options;
    const room = size({
      padding: EDGE,
      apply: ({ availableHeight, availableWidth }) => {
        panel.style.maxHeight = `${Math.max(LEAST, availableHeight)}px`;
        panel.style.maxWidth = `${availableWidth}px`;
      },
    });
    const middleware = [offset(GAP), flip({ padding: EDGE }), shift({ padding: EDGE }), room];
    void computePosition(button, panel, { placement, strategy: "fixed", middleware }).then(({ x, y }) => {
      panel.style.left = `${x}px`;
      panel.style.top = `${y}px`;
    });
  }
}
