// The last words of a thought that is folded while it goes on, so that one sees that it does, and where it is. Plain text, from the
// end of the thought alone; a few times a second; not for a screen reader.

import { element, setText } from "../dom/dom.ts";
import type { Turn } from "../state/turns.ts";
import { plain } from "./plain.ts";

/** UTF-16 units from the end; the stylesheet shows the last two lines of them. */
const LAST = 320;
/** Ms between two looks. */
const EVERY = 300;

export class Preview {
  readonly element: HTMLElement;
  readonly #turn: Turn;
  readonly #words = element("span");
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(turn: Turn, signal: AbortSignal) {
    this.#turn = turn;
    this.element = element(
      "div",
      { class: "r1-preview", "aria-hidden": "true", dir: "auto", lang: "", hidden: true },
      this.#words,
    );
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  /** Whether it is wanted: the thought is folded, and goes on. */
  show(wanted: boolean): void {
    if (wanted !== this.element.hidden) return;
    this.element.hidden = !wanted;
    if (wanted) this.#look();
  }

  /** The thought has grown. */
  grown(): void {
    if (!this.element.hidden) this.#timer ??= setTimeout(() => this.#look(), EVERY);
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.element.hidden) return;
    const { reasoning } = this.#turn.texts;
    const end = reasoning.since(Math.max(0, reasoning.units - LAST));
    const words = plain(end.length < reasoning.units ? end.replace(/^\S*\s/, "… ") : end);
    setText(this.#words, words.replace(/\s+/g, " "));
  }
}
