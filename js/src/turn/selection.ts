// What is selected in a turn, and a small button beside it that writes a note there. The keyboard has the same in the turn's menu.

import { element } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { NOTE } from "../kit/icons.ts";
import { putBeside } from "../kit/tooltip.ts";
import type { Texts } from "../texts/index.ts";

/** What is selected in the page that `place` is in, as far as it is selected at all. */
export function selectionIn(place: Node): Range | undefined {
  // In a shadow root, where a browser says so.
  const root = place.getRootNode() as Document & { getSelection?: () => Selection | null };
  const selection = root.getSelection?.() ?? document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  return range.intersectsNode(place) ? range : undefined;
}

interface Options {
  root: HTMLElement;
  texts: Texts;
  signal: AbortSignal;
  /** What writes a note there; undefined: nobody can. */
  write: (turn: string, range: Range) => (() => void) | undefined;
}

export class SelectionButton {
  readonly #options: Options;
  readonly #holder = element("div", { class: "r1-selection", popover: "manual", hidden: true });
  #act: (() => void) | undefined;
  #isPressed = false;

  constructor(options: Options) {
    this.#options = options;
    const { root, texts, signal } = options;
    const write = button(texts.note, { icon: NOTE, title: texts.noteSelectionHint });
    // The selection stays, and so does the keyboard where it is.
    write.addEventListener("pointerdown", event => event.preventDefault(), { signal });
    write.addEventListener("mousedown", event => event.preventDefault(), { signal });
    write.addEventListener("click", () => this.#press(), { signal });
    this.#holder.append(write);
    root.append(this.#holder);
    document.addEventListener("selectionchange", () => this.#isPressed || this.#look(), { signal });
    root.addEventListener("pointerdown", event => this.#down(event), { signal });
    const moved = () => {
      const range = this.#holder.hidden ? undefined : selectionIn(root);
      if (range) putBeside(range, this.#holder, "bottom-end");
    };
    document.addEventListener("scroll", moved, { signal, capture: true, passive: true });
    for (const name of ["pointerup", "pointercancel"])
      document.addEventListener(name, () => this.#up(), { signal });
  }

  #press(): void {
    const act = this.#act;
    this.#hide();
    act?.();
  }

  #down(event: Event): void {
    if (this.#holder.contains(event.target as Node)) return;
    this.#isPressed = true;
    this.#hide();
  }

  #up(): void {
    if (!this.#isPressed) return;
    this.#isPressed = false;
    this.#look();
  }

  #look(): void {
    const { root, write } = this.#options;
    const range = selectionIn(root);
    const start = range?.startContainer;
    const within = start instanceof Element ? start : start?.parentElement;
    const turn = within?.closest(".r1-prose") && within.closest<HTMLElement>("[data-turn]")?.dataset.turn;
    this.#act = range && turn ? write(turn, range) : undefined;
    if (!range || !this.#act) {
      this.#hide();
      return;
    }
    this.#holder.hidden = false;
    this.#holder.showPopover?.();
    // Where nothing is laid out it stands where it is.
    if (typeof ResizeObserver !== "undefined") putBeside(range, this.#holder, "bottom-end");
  }

  #hide(): void {
    this.#act = undefined;
    if (this.#holder.hidden) return;
    this.#holder.hidePopover?.();
    this.#holder.hidden = true;
  }
}
