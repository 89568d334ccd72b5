// What changed between two texts, in words. First what both begin and end with, since versions share long beginnings; then
// paragraph by paragraph; and within paragraphs that became others, word by word, as long as most of the words stayed.
// Two texts that have little in common are one removed and one added: a reader can do nothing with shared commas.
//
// One of the extras, for the package that compares.

import { diffArrays } from "diff";
import type { Change, Run } from "../wire/extras.ts";

/** Changes for which a best comparison is looked for; its time grows with their square. */
const MOST_LINES = 1000;
const MOST_WORDS = 1200;
/** Elements of a list, of any kind. */
const MOST_ELEMENTS = 1000;
/** The part of the shorter text that is in the other too, so that the two are compared. */
const ALIKE = 0.45;
const SOME_LINES = 0.1;
/** Words that stand between two changes and are fewer than this are part of the change. */
const ISLAND = 2;

const WORDS = /\s+|\p{Script=Han}|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;

/** With the blank lines after them. */
const LINES = /[^\n]*\n+|[^\n]+$/g;

export function changes(before: string, after: string): Change[] {
  const one = before.match(WORDS) ?? [];
  const other = after.match(WORDS) ?? [];
  const [start, last] = sharedEnds(one, other);
  // Two texts that both end in a full stop don't share that one.
  const end = one.slice(one.length - last).some(isWord) ? last : 0;
  const middle = (list: string[]) => list.slice(start, list.length - end).join("");
  return joined([
    { type: "same", text: one.slice(0, start).join("") },
    ...byLines(middle(one), middle(other)),
    { type: "same", text: one.slice(one.length - end).join("") },
  ]);
}

/** What changed between two lists, between what they begin with and what they end with. Where the rest has too little in common
 * (`alike`, from 0 to 1), all of it changed. */
export function runs(one: readonly string[], other: readonly string[], alike: number): Run[] {
  const [start, last] = sharedEnds(one, other);
  const end = one.slice(one.length - last).some(isWord) ? last : 0;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  const isEnough = shared(left, right) >= alike * Math.min(left.length, right.length);
  const found = isEnough ? diffArrays(left, right, { maxEditLength: MOST_ELEMENTS }) : undefined;
  const middle: Run[] = found?.map(({ added, removed, count }) => ({
    type: added ? "added" : removed ? "removed" : "same",
    count,
  })) ?? [
    { type: "removed", count: left.length },
    { type: "added", count: right.length },
  ];
  const all: Run[] = [{ type: "same", count: start }, ...middle, { type: "same", count: end }];
  return all.filter(({ count }) => count > 0);
}

const isWord = (text: string) => /[\p{L}\p{N}]/u.test(text);

/** How many elements both lists begin with, and how many both end with. */
function sharedEnds(one: readonly string[], other: readonly string[]): [number, number] {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start++;
  let end = 0;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [start, end];
}

/** The two are all that changed. */
function whole(before: string, after: string): Change[] {
  return [
    { type: "removed", text: before },
    { type: "added", text: after },
  ];
}

function byLines(before: string, after: string): Change[] {
  const found = compared(before.match(LINES) ?? [], after.match(LINES) ?? [], MOST_LINES, SOME_LINES);
  if (!found) return byWords(before, after);
  const changed: Change[] = [];
  for (let index = 0; index < found.length; index++) {
    const { type, text } = found[index] as Change;
    const next = found[index + 1];
    if (type === "removed" && next?.type === "added") {
      changed.push(...byWords(text, next.text));
      index++;
    } else changed.push({ type, text });
  }
  return changed;
}

function byWords(before: string, after: string): Change[] {
  const found = compared(before.match(WORDS) ?? [], after.match(WORDS) ?? [], MOST_WORDS, ALIKE);
  return found ? withoutIslands(found) : whole(before, after);
}

/** One list against the other; undefined where they have too little in common, or differ too much to be compared in time. */
function compared(one: string[], other: string[], most: number, alike: number): Change[] | undefined {
  if (shared(one, other) < alike * Math.min(one.length, other.length)) return undefined;
  return diffArrays(one, other, { maxEditLength: most })?.map(({ added, removed, value }) => ({
    type: added ? "added" : removed ? "removed" : "same",
    text: value.join(""),
  }));
}

/** How many elements, wherever they stand, are in both. */
export function shared(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const each of one) counts.set(each, (counts.get(each) ?? 0) + 1);
  let count = 0;
  for (const each of other) {
    const left = counts.get(each) ?? 0;
    if (left > 0) count++;
    counts.set(each, left - 1);
  }
  return count;
}

/** A few words that stayed between two changes would only break up what is to be read. */
function withoutIslands(found: readonly Change[]): Change[] {
  const kept: Change[] = [];
  for (const [index, { type, text }] of found.entries()) {
    const isInside = index > 0 && index < found.length - 1;
    const words = (text.match(WORDS) ?? []).filter(isWord).length;
    if (type === "same" && isInside && words < ISLAND && !text.includes("\n"))
      kept.push(...whole(text, text));
    else kept.push({ type, text });
  }
  return kept;
}

/** Between two unchanged texts one removal and one addition, and nothing that is empty. */
function joined(found: readonly Change[]): Change[] {
  const result: Change[] = [];
  let removed = "";
  let added = "";
  let same = "";
  const flushChange = () => {
    if (removed !== "") result.push({ type: "removed", text: removed });
    if (added !== "") result.push({ type: "added", text: added });
    removed = added = "";
  };
  const flushSame = () => {
    if (same !== "") result.push({ type: "same", text: same });
    same = "";
  };
  for (const { type, text } of found) {
    if (text === "") continue;
    if (type === "same") {
      flushChange();
      same += text;
    } else {
      flushSame();
      if (type === "removed") removed += text;
      else added += text;
    }
  }
  flushChange();
  flushSame();
  return result;
}
