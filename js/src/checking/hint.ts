// What is said of a marked place, to who points at it: in a bubble beside it. What it says stands in the panel, too, where the keyboard
// reaches it. A press does what the mark is for.

import { Bubble } from "../kit/tooltip.ts";
import type { Mark, TurnMarks } from "./marks.ts";

interface Options {
  marks: TurnMarks;
  /** What the texts are in, the answer and the thought. */
  root: HTMLElement;
  /** Only there anything is marked. */
  within: string;
  signal: AbortSignal;
}

export class Hint {
  readonly #options: Options;
  /** Made when there is something to say. */
  #bubble: Bubble | undefined;
  /** Of the pointer; it is looked at once in a frame. */
  #at: { x: number; y: number; target: Element } | undefined;
  #frame: number | undefined;
  #said: Mark | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { root, signal } = options;
    root.addEventListener("pointermove", event => this.#moved(event), { signal, passive: true });
    root.addEventListener("pointerleave", () => this.#leave(), { signal });
    root.addEventListener("click", event => this.#pressed(event), { signal });
    signal.addEventListener("abort", () => this.#leave(), { once: true });
  }

  #moved({ clientX: x, clientY: y, target }: PointerEvent): void {
    if (this.#options.marks.isEmpty || !(target instanceof Element)) return;
    this.#at = { x, y, target };
    this.#frame ??= requestAnimationFrame(() => this.#look());
  }

  #look(): void {
    this.#frame = undefined;
    const mark = this.#marksAt().find(({ says }) => says);
    if (mark === this.#said) return;
    this.#said = mark;
    const range = mark && this.#options.marks.rangeOf(mark.kind, mark.start, mark.end);
    const { root, signal } = this.#options;
    if (mark?.says && range) {
      this.#bubble ??= new Bubble(root, signal);
      this.#bubble.say(range, mark.says);
    } else {
      this.#bubble?.hide();
    }
  }

  #marksAt(): Mark[] {
    const { marks, within } = this.#options;
    return this.#at?.target.closest(within) ? marks.at(this.#at.x, this.#at.y, this.#at.target) : [];
  }

  #pressed({ clientX: x, clientY: y, target }: MouseEvent): void {
    if (this.#options.marks.isEmpty || !(target instanceof Element) || target.closest("a, button")) return;
    this.#at = { x, y, target };
    // A finger doesn't hover.
    this.#look();
    for (const { kind, start, end, press } of this.#marksAt()) {
      const range = press && this.#options.marks.rangeOf(kind, start, end);
      if (!range) continue;
      this.#leave();
      press(range);
      return;
    }
  }

  #leave(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = this.#at = this.#said = undefined;
    this.#bubble?.hide();
  }
}
