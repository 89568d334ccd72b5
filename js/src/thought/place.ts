// Where the list of an outline is scrolled to: it stays where the reader has left it, also while steps come and when the list was
// away, and follows the end, or the reader's own place in the text, only while that is what can be seen. All rows have one height,
// so nothing is asked of the layout.

import { ROW } from "./rows.ts";

/** Pixels from the end that still count as the end. */
const NEAR = 8;

export class Place {
  readonly #list: HTMLElement;
  readonly #here: () => number;
  #top = 0;
  /** Of what can be seen; 0: nothing, it is away. */
  #height = 0;
  /** Of all that is in the list. */
  #whole = 0;
  #atEnd = false;
  /** Whether it has been seen before. */
  #isPlaced = false;

  /** `here`: which row the reader is at, or -1. */
  constructor(list: HTMLElement, rows: HTMLElement, here: () => number, signal: AbortSignal) {
    this.#list = list;
    this.#here = here;
    list.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(entries => this.#resized(entries, list));
    observer.observe(list);
    observer.observe(rows);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  }

  /** The reader has gone from one row to another (-1: to none that is listed). */
  went(from: number, to: number): void {
    if (this.#isPlaced && to >= 0 && !this.#isSeen(to) && (from < 0 || this.#isSeen(from))) this.#bring(to);
  }

  #isSeen(row: number): boolean {
    return row * ROW >= this.#top && (row + 1) * ROW <= this.#top + this.#height;
  }

  #bring(row: number): void {
    this.#to(row * ROW - this.#height / 3);
  }

  #to(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.#whole - this.#height));
    this.#list.scrollTop = this.#top;
    this.#atEnd = this.#isAtEnd;
  }

  get #isAtEnd(): boolean {
    return this.#whole - this.#top - this.#height <= NEAR;
  }

  #scrolled(): void {
    if (this.#height === 0) return;
    this.#top = this.#list.scrollTop;
    this.#atEnd = this.#isAtEnd;
  }

  #resized(entries: ResizeObserverEntry[], list: HTMLElement): void {
    const wasAway = this.#height === 0;
    for (const { target, contentRect } of entries) {
      if (target === list) this.#height = contentRect.height;
      else if (contentRect.height > 0) this.#whole = contentRect.height;
    }
    if (this.#height === 0) return;
    const here = this.#here();
    if (!this.#isPlaced) {
      this.#isPlaced = true;
      // Who is near the end sees it, and what comes.
      if (this.#whole - here * ROW <= this.#height) this.#to(this.#whole);
      else if (here >= 0 && !this.#isSeen(here)) this.#bring(here);
    } else if (this.#atEnd) {
      this.#to(this.#whole);
    } else if (wasAway) {
      this.#to(this.#top);
    }
  }
}
