// What became of the elements of a list, such as the blocks of a text or the items of an enumeration: which stayed, which are in
// one of two versions alone, and which became which other one.

import type { ExtrasExports, Run } from "../wire/extras.ts";

/** The part of the longer of two elements that is in the other too, where one became the other. */
const ALIKE = 0.3;
/** The same, of the shorter: of an element that is being written only its beginning is there. */
const BEGUN = 0.5;
/** So many of the elements that were added are looked at for each that was removed. */
const AHEAD = 4;

/** A Chinese sign is a word. White space isn't in here. */
const WORDS = /\p{Script=Han}|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;

export function wordsIn(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/** What comes with the extras. */
export type Compare = Pick<ExtrasExports, "runs" | "shared">;

export type Step<Item> =
  | { type: "same" | "removed" | "added"; item: Item }
  /** `isLast`: what it lacks at its end may come yet. */
  | { type: "changed"; before: Item; after: Item; isLast: boolean };

export interface Lists<Item> {
  before: readonly Item[];
  after: readonly Item[];
  /** The same where two are. */
  keyOf: (item: Item) => string;
  /** By which two are found to be alike. */
  wordsOf: (item: Item) => readonly string[];
  /** Whether the last list isn't complete: what it lacks at its end wasn't taken away. */
  isGrowing: boolean;
  compare: Compare;
}

export function stepsOf<Item>(lists: Lists<Item>): Step<Item>[] {
  const { before, after, keyOf, isGrowing } = lists;
  const found = lists.compare.runs(before.map(keyOf), after.map(keyOf), 0);
  const steps: Step<Item>[] = [];
  let [left, right] = [0, 0];
  for (let index = 0; index < found.length; ) {
    const { type, count } = found[index] as Run;
    if (type === "same") {
      for (const item of after.slice(right, right + count)) steps.push({ type, item });
      left += count;
      right += count;
      index++;
      continue;
    }
    // All that changed between two elements that stayed.
    const starts = [left, right] as const;
    for (let run = found[index]; run && run.type !== "same"; run = found[++index])
      if (run.type === "removed") left += run.count;
      else right += run.count;
    const isEnd = isGrowing && right === after.length;
    steps.push(...changed(before.slice(starts[0], left), after.slice(starts[1], right), isEnd, lists));
  }
  return steps;
}

function changed<Item>(
  removed: readonly Item[],
  added: readonly Item[],
  isEnd: boolean,
  { wordsOf, compare }: Lists<Item>,
): Step<Item>[] {
  const steps: Step<Item>[] = [];
  const words = added.map(wordsOf);
  /** Those that became no other one yet, and the first that was added after the last that one became. */
  let waiting: Item[] = [];
  let next = 0;
  const put = (type: "removed" | "added", items: readonly Item[]) =>
    steps.push(...items.map(item => ({ type, item })));
  for (const item of removed) {
    const own = wordsOf(item);
    const to = bestOf(own, words, next, isEnd, compare);
    if (to < 0) {
      waiting.push(item);
      continue;
    }
    put("removed", waiting);
    put("added", added.slice(next, to));
    const isLast = isEnd && to === added.length - 1;
    steps.push({ type: "changed", before: item, after: added[to] as Item, isLast });
    waiting = [];
    next = to + 1;
  }
  if (!isEnd) put("removed", waiting);
  put("added", added.slice(next));
  return steps;
}

/** Which of them it became; -1: none. */
function bestOf(
  own: readonly string[],
  words: readonly (readonly string[])[],
  from: number,
  isEnd: boolean,
  compare: Compare,
): number {
  let [best, found] = [0, -1];
  for (let index = from; index < Math.min(words.length, from + AHEAD); index++) {
    const other = words[index] ?? [];
    const shared = compare.shared(own, other);
    const isBegun = isEnd && index === words.length - 1;
    const least = isBegun
      ? BEGUN * Math.min(own.length, other.length)
      : ALIKE * Math.max(own.length, other.length);
    if (shared > best && shared >= least) [best, found] = [shared, index];
  }
  return found;
}
