// Who wrote what of one text, where it isn't the model: a person, or what closed or reopened the thinking. Places are in
// UTF-16 units. What is done with it on screen is in authored.ts.

import type { Origin } from "../wire/protocol.ts";

export interface Stretch {
  start: number;
  end: number;
  origin: Origin;
}

export class Authors {
  #list: Stretch[] = [];

  /** In order, and none lies on another. */
  get list(): readonly Readonly<Stretch>[] {
    return this.#list;
  }

  /** What `origin` wrote from `start` to `end`; it comes after all that is there. Stretches that touch become one. */
  add(start: number, end: number, origin: Origin): void {
    const last = this.#list.at(-1);
    const from = Math.max(start, last?.end ?? 0);
    if (origin === "model" || from >= end) return;
    // A new object: whoever was given the list keeps what it was.
    if (last?.end === from && last.origin === origin) this.#list.splice(-1, 1, { ...last, end });
    else this.#list.push({ start: from, end, origin });
  }

  become(list: readonly Stretch[]): void {
    this.#list = [];
    for (const { start, end, origin } of list) this.add(start, end, origin);
  }

  /** What of it is from `start` to `end`, cut to that. Costs what it gives. */
  within(start: number, end: number): Stretch[] {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#list[middle] as Stretch).end <= start) low = middle + 1;
      else high = middle;
    }
    const found: Stretch[] = [];
    for (let at = low; at < this.#list.length; at++) {
      const stretch = this.#list[at] as Stretch;
      if (stretch.start >= end) break;
      found.push({ ...stretch, start: Math.max(stretch.start, start), end: Math.min(stretch.end, end) });
    }
    return found;
  }
}
