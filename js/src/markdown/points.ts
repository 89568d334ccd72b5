// Stretches of a whole text that are to be marked, of which a passage asks for those within it. They are in order of where they begin,
// and may lie on one another.

import type { Named } from "./pointed.ts";

export class Points<Mark extends Named = Named> {
  readonly list: readonly Mark[];
  /** The furthest end of each and all before it. */
  readonly #ends: number[] = [];

  constructor(marks: readonly Mark[] = []) {
    this.list = marks.filter(({ start, end }) => end > start).sort((one, other) => one.start - other.start);
    let furthest = 0;
    for (const { end } of this.list) {
      furthest = Math.max(furthest, end);
      this.#ends.push(furthest);
    }
  }

  /** Those that have something of what is from `start` to `end`. */
  within(start: number, end: number): Mark[] {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) <= start) low = middle + 1;
      else high = middle;
    }
    const found: Mark[] = [];
    for (let at = low; at < this.list.length; at++) {
      const mark = this.list[at] as Mark;
      if (mark.start >= end) break;
      if (mark.end > start) found.push(mark);
    }
    return found;
  }
}
