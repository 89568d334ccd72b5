// What is said of the steps of a thought beside their rows, by who knows more of a turn than its text.

import type { IconNode } from "../kit/icon.ts";

/** Of a place, in UTF-16 units. */
export interface Remark {
  at: number;
  says: string;
}

/** What the reader has written there, and its sign. */
export interface Noted extends Remark {
  sign: IconNode;
}

/** Which answers follow after a step: of each how many, by its number; the last is "none". */
export interface Follows {
  counts: readonly number[];
  says: string;
}

export interface Beside {
  /** In their order. */
  remarks: readonly Remark[];
  /** In their order. */
  notes: readonly Noted[];
  /** What is said of all of them at the head; empty: nothing. */
  total: string;
  /** Of a step, from 0; undefined: nobody has looked there. Undefined as a whole: nowhere. */
  follows?: ((step: number) => Follows | undefined) | undefined;
}

export const NOTHING: Beside = { remarks: [], notes: [], total: "" };

/** Of what is said those from `start` to `end`. */
export function remarksIn<Said extends Remark>(
  remarks: readonly Said[],
  start: number,
  end: number,
): readonly Said[] {
  let low = 0;
  let high = remarks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((remarks[middle] as Remark).at < start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < remarks.length && (remarks[last] as Remark).at < end) last++;
  return remarks.slice(low, last);
}
