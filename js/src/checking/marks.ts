// Marks at places of a turn's text: what is said of a place stands there, and can be gone to. Places are in UTF-16 units of the
// thought or of the answer. What is said of each place is the business of who marks it.

import { highlight } from "../dom/marks.ts";
import { reveal } from "../dom/scroll.ts";
import type { Named } from "../markdown/pointed.ts";
import { Points } from "../markdown/points.ts";
import { unitsAt } from "../state/text.ts";
import type { Turn } from "../state/turns.ts";
import type { Kind } from "../wire/protocol.ts";

const KINDS: readonly Kind[] = ["reasoning", "answer"];
/** The mark of a place that somebody has gone to, and ms for which it is there. */
const HERE = "r1-gone-to";
const MOMENT = 2500;

export interface Mark {
  kind: Kind;
  start: number;
  end: number;
  /** Of the browser's mark: `::highlight(name)`, and `[data-r1-marks~=name]` of a formula. */
  name: string;
  /** Of a place in the thought: what stands above the step that it begins in. */
  above?: string;
  /** What is said of it to who points at it. */
  says?: string;
  /** What a press on it does; `at`: where it is drawn. */
  press?: (at: Range) => void;
}

/** A text of a turn, as it is drawn. */
export interface Marked {
  point(points: Points): void;
  range(start: number, end: number): Range | undefined;
  at(node: Node, offset: number): Named[];
  selected(range: Range): [start: number, end: number] | undefined;
}

interface Options {
  turn: Turn;
  texts: Record<Kind, Marked>;
  /** Open what the place is in: a fold, a step. What it is in, where that is known. */
  open: (kind: Kind, at: number) => Element | undefined;
  signal: AbortSignal;
}

interface Placed extends Named {
  mark: Mark;
}

export class TurnMarks {
  readonly #options: Options;
  /** By who has set them. */
  readonly #marks = new Map<string, readonly Mark[]>();
  #here: { range: StaticRange; timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(options: Options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#leave(), { once: true });
  }

  get isEmpty(): boolean {
    return ![...this.#marks.values()].some(({ length }) => length > 0);
  }

  /** Those of one owner, in place of what it had. */
  set(owner: string, marks: readonly Mark[]): void {
    const before = this.#marks.get(owner) ?? [];
    if (before.length === 0 && marks.length === 0) return;
    this.#marks.set(owner, marks);
    const all = [...this.#marks.values()].flat();
    for (const kind of KINDS) {
      if (![...before, ...marks].some(mark => mark.kind === kind)) continue;
      const here = all.filter(mark => mark.kind === kind);
      this.#options.texts[kind].point(new Points<Placed>(here.map(mark => ({ ...mark, mark }))));
    }
  }

  /** Places as the kernel counts them, in code points, as the page does. They may be in any order. */
  units(kind: Kind, places: readonly number[]): number[] {
    const order = places
      .map((place, index) => ({ place, index }))
      .sort((one, other) => one.place - other.place);
    const text = this.#options.turn.texts[kind].value;
    const found = unitsAt(
      text,
      order.map(({ place }) => place),
    );
    const units = new Array<number>(places.length).fill(0);
    for (const [at, { index }] of order.entries()) units[index] = found[at] ?? 0;
    return units;
  }

  /** Where that is drawn, to put something beside it; undefined: it isn't on screen. */
  rangeOf(kind: Kind, start: number, end: number): Range | undefined {
    return this.#options.texts[kind].range(start, end);
  }

  /** What of the texts is selected, in UTF-16 units; of two texts, of the first. */
  selected(range: Range): { kind: Kind; start: number; end: number } | undefined {
    for (const kind of KINDS) {
      const found = this.#options.texts[kind].selected(range);
      if (found) return { kind, start: found[0], end: found[1] };
    }
    return undefined;
  }

  /** Open what the place is in, and give it. */
  placeOf(kind: Kind, at: number): Element | undefined {
    return this.#options.open(kind, at);
  }

  /** The marks under the pointer, as `clientX` and `clientY` count. */
  at(x: number, y: number, target: Node): Mark[] {
    const caret = target instanceof Element && target.closest(".r1-math") ? undefined : caretAt(x, y);
    const [node, offset] = caret ?? [target, 0];
    for (const kind of KINDS) {
      const found = (this.#options.texts[kind].at(node, offset) as Placed[]).filter(({ start, end }) =>
        isOver(this.rangeOf(kind, start, end), x, y),
      );
      if (found.length > 0) return found.map(({ mark }) => mark);
    }
    return [];
  }

  /** Go there: what it is in opens, it comes into sight, and is marked for a moment. */
  go(kind: Kind, start: number, end = start + 1): void {
    const place = this.#options.open(kind, start);
    const range = this.rangeOf(kind, start, end);
    if (!range) {
      if (place) reveal(place, "center");
      return;
    }
    const { startContainer, startOffset, endContainer, endOffset } = range;
    const spot = new StaticRange({ startContainer, startOffset, endContainer, endOffset });
    reveal(
      startContainer instanceof Element ? (startContainer.children[0] ?? startContainer) : spot,
      "center",
    );
    this.#leave();
    const here = highlight(HERE);
    if (!here) return;
    here.priority = 1;
    here.add(spot);
    this.#here = { range: spot, timer: setTimeout(() => this.#leave(), MOMENT) };
  }

  #leave(): void {
    if (!this.#here) return;
    clearTimeout(this.#here.timer);
    highlight(HERE)?.delete(this.#here.range);
    this.#here = undefined;
  }
}

/** What of the text stands there, in a browser that says so. */
function caretAt(x: number, y: number): [Node, number] | undefined {
  if ("caretPositionFromPoint" in document) {
    const found = document.caretPositionFromPoint(x, y);
    return found ? [found.offsetNode, found.offset] : undefined;
  }
  const found = (document as Document).caretRangeFromPoint?.(x, y);
  return found ? [found.startContainer, found.startOffset] : undefined;
}

/** The place for a caret that is nearest may be far. */
function isOver(range: Range | undefined, x: number, y: number): boolean {
  const boxes = [...(range?.getClientRects?.() ?? [])];
  return boxes.some(({ left, right, top, bottom }) => left <= x && x <= right && top <= y && y <= bottom);
}
