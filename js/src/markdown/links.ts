// The addresses that a text gives for its labels, where the text is drawn in parts: `[the docs][d]` is a link from when
// `[d]: https://docs.example` has come. A part that was drawn before is drawn again.

import { normal } from "./dialect/references.ts";

const LABEL = /\[([^[\]]{1,301})\]/g;

export class Links {
  readonly given = new Map<string, string>();
  /** What to do when a label gets its address. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #due = new Set<() => void>();

  /** `redraw`, when an address comes for a label in `source` that has none. */
  await(source: string, redraw: () => void): void {
    for (const [, label = ""] of source.matchAll(LABEL)) {
      const name = normal(label);
      if (this.given.has(name)) continue;
      const waiting = this.#waiting.get(name);
      if (waiting) waiting.add(redraw);
      else this.#waiting.set(name, new Set([redraw]));
    }
  }

  /** Those of `found` that are new count from now on. */
  add(found: ReadonlyMap<string, string>): void {
    for (const [label, address] of found) {
      if (this.given.has(label)) continue;
      this.given.set(label, address);
      for (const redraw of this.#waiting.get(label) ?? []) this.#due.add(redraw);
      this.#waiting.delete(label);
    }
  }

  /** Draw again what is to be, until `deadline`; whether there is more. */
  redraw(deadline: number): boolean {
    for (const redraw of this.#due) {
      if (performance.now() > deadline) return true;
      this.#due.delete(redraw);
      redraw();
    }
    return false;
  }
}
