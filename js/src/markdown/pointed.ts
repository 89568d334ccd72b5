// Marks at stretches of a text that was drawn: by the browser itself (CSS Custom Highlight API), so that the text's DOM stays as it
// is; of a formula, as a whole, by an attribute. What is in text that stays as it is, is marked once.

import { highlight } from "../dom/marks.ts";
import type { Found, Places } from "./places.ts";

/** A stretch of a text, and the name of its mark; of both an author and a check there is one. */
export interface Named {
  start: number;
  end: number;
  name: string;
  /** What is to be read above the passage that it begins in. */
  above?: string;
}

/** What is marked of one stretch. */
class Marked {
  ranges: StaticRange[] = [];
  formulas: HTMLElement[] = [];
  /** How much of it was found: characters that aren't white space. */
  found = 0;
}

interface Shown<Mark> {
  mark: Mark;
  /** In what stays as it is; up to there, in the source. */
  settled: Marked;
  upTo: number;
  /** In what may be drawn again. */
  tail: Marked;
}

/** Puts a mark on a formula, or takes it away. */
type OnFormula<Mark> = (formula: HTMLElement, mark: Mark, isMarked: boolean) => void;

export class Pointed<Mark extends Named> {
  readonly #onFormula: OnFormula<Mark>;
  #given: readonly Mark[] = [];
  #generation = 0;
  #shown: Shown<Mark>[] = [];
  /** The first that isn't wholly in what stays as it is. */
  #next = 0;

  constructor(onFormula: OnFormula<Mark>) {
    this.#onFormula = onFormula;
  }

  /** Mark these and no others; they are in order of where they begin, and may lie on one another. */
  show(marks: readonly Mark[], places: Places): void {
    if (places.generation !== this.#generation) this.clear();
    this.#generation = places.generation;
    if (marks !== this.#given) this.#keep(marks);
    this.#given = marks;
    for (let index = this.#next; index < marks.length; index++)
      this.#show(index, marks[index] as Mark, places);
    const isSettled = (mark: Mark | undefined) => mark !== undefined && mark.end <= places.settled;
    while (isSettled(marks[this.#next])) this.#next++;
  }

  clear(): void {
    for (const shown of this.#shown) this.#unmark(shown);
    this.#shown = [];
    this.#given = [];
    this.#next = 0;
  }

  /** How much of each was found, in their order: characters that aren't white space. */
  get found(): number[] {
    return this.#shown.map(({ settled, tail }) => settled.found + tail.found);
  }

  /** Those that are marked at this place of a node; of a formula at any. */
  at(node: Node, offset: number): Mark[] {
    const has = ({ ranges, formulas }: Marked) =>
      formulas.some(formula => formula.contains(node)) ||
      ranges.some(
        ({ startContainer, startOffset, endOffset }) =>
          startContainer === node && startOffset <= offset && offset <= endOffset,
      );
    return this.#shown.filter(({ settled, tail }) => has(settled) || has(tail)).map(({ mark }) => mark);
  }

  /** Those that are the same as before stay. */
  #keep(marks: readonly Mark[]): void {
    let same = 0;
    while (same < this.#shown.length && isSame(this.#shown[same]?.mark, marks[same])) same++;
    for (const shown of this.#shown.splice(same)) this.#unmark(shown);
    for (const [index, shown] of this.#shown.entries()) shown.mark = marks[index] as Mark;
    this.#next = Math.min(this.#next, same);
  }

  #show(index: number, mark: Mark, places: Places): void {
    const { start, end } = mark;
    places.reach(end);
    const { settled } = places;
    const none = { mark, settled: new Marked(), upTo: start, tail: new Marked() };
    const shown = this.#shown[index] ?? none;
    this.#shown[index] = shown;
    this.#clear(shown.tail, mark);
    shown.tail = new Marked();
    const to = Math.min(end, settled);
    if (to > shown.upTo) {
      this.#mark(places.find(shown.upTo, to), mark, shown.settled);
      shown.upTo = to;
    }
    if (end > settled) this.#mark(places.find(Math.max(start, settled), end), mark, shown.tail);
  }

  #mark(found: readonly Found[], mark: Mark, into: Marked): void {
    for (const { node, from, to, start, end, isFormula } of found) {
      if (isFormula) {
        into.found += end - start;
        this.#onFormula(node as HTMLElement, mark, true);
        into.formulas.push(node as HTMLElement);
        continue;
      }
      into.found += solid((node as Text).data.slice(from, to));
      const marks = highlight(mark.name);
      if (!marks) continue;
      const range = new StaticRange({
        startContainer: node,
        startOffset: from,
        endContainer: node,
        endOffset: to,
      });
      // What is looked for lies above.
      marks.priority = -1;
      marks.add(range);
      into.ranges.push(range);
    }
  }

  #unmark({ mark, settled, tail }: Shown<Mark>): void {
    for (const marked of [settled, tail]) this.#clear(marked, mark);
  }

  #clear({ ranges, formulas }: Marked, mark: Mark): void {
    for (const range of ranges) highlight(mark.name)?.delete(range);
    for (const formula of formulas) this.#onFormula(formula, mark, false);
  }
}

function isSame(one: Named | undefined, other: Named | undefined): boolean {
  return one?.start === other?.start && one?.end === other?.end && one?.name === other?.name;
}

/** Characters that aren't white space. */
export function solid(text: string): number {
  return text.replace(/\s+/g, "").length;
}
