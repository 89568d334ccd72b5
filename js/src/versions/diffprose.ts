// What changed in one part of a turn, drawn as it is read: prose, formulas, lists. What stayed the same is drawn beside a change,
// and else folded and not drawn at all; and what has been drawn isn't drawn again when the part grows.

import { element, setText } from "../dom/dom.ts";
import { type Draw, schedule, unschedule } from "../dom/frames.ts";
import type { Part } from "../wire/protocol.ts";
import { BlockList, drawn } from "./diffblocks.ts";
import type { Drawing } from "./diffinline.ts";
import { type Step, stepsOf, wordsIn } from "./difflist.ts";
import { countWords, foldOf } from "./diffsigns.ts";
import { merged, whole } from "./difftree.ts";

/** A block of so many words, beside a change, is shown although it stayed the same. */
const BESIDE = 40;
/** Fewer words than this aren't folded. */
const FOLDED = 20;
/** Blocks that are drawn at once; the others as there is time, so that a long text doesn't hold up the page. */
const AT_ONCE = 30;

/** A piece of what is shown, that has a key and is drawn when it comes. */
interface Piece {
  key: string;
  draw: () => Node[];
  /** Of one that has been drawn before. */
  again?: (node: HTMLElement) => void;
}

export interface ProseText {
  before: string;
  after: string;
  /** Whether the second is being written. */
  isGrowing: boolean;
}

export class Prose {
  readonly element = element("div", { class: "r1-diff-text r1-prose", dir: "auto", lang: "" });
  readonly #part: Part;
  readonly #drawing: Drawing;
  readonly #isOpen: (key: string) => boolean;
  readonly #before = new BlockList();
  readonly #after = new BlockList();
  readonly #words = new Map<string, readonly string[]>();
  readonly #shown = new Map<string, HTMLElement>();
  #pieces: Piece[] = [];
  #placed = 0;
  readonly #draw: Draw = deadline => this.#place(deadline, 1);

  /** `isOpen`: whether the reader has opened a fold, which has a key. */
  constructor(part: Part, drawing: Drawing, isOpen: (key: string) => boolean, signal: AbortSignal) {
    this.#part = part;
    this.#drawing = drawing;
    this.#isOpen = isOpen;
    signal.addEventListener("abort", () => unschedule(this.#draw), { once: true });
  }

  update({ before, after, isGrowing }: ProseText): void {
    const steps = stepsOf({
      before: this.#before.become(before, true),
      after: this.#after.become(after, !isGrowing),
      keyOf: source => source,
      wordsOf: source => this.#wordsOf(source),
      isGrowing,
      compare: this.#drawing.compare,
    });
    this.#pieces = unique(this.#piecesOf(steps));
    const keys = new Set(this.#pieces.map(({ key }) => key));
    for (const [key, node] of this.#shown) {
      if (keys.has(key)) continue;
      node.remove();
      this.#shown.delete(key);
    }
    this.#placed = 0;
    if (this.#place(Number.POSITIVE_INFINITY, AT_ONCE)) schedule(this.#draw);
  }

  /** Whether the two are read the same, however they were written. */
  get isSame(): boolean {
    return this.#placed === this.#pieces.length && !this.element.querySelector(".r1-diff-change");
  }

  #wordsOf(source: string): readonly string[] {
    const words = this.#words.get(source) ?? wordsIn(source);
    this.#words.set(source, words);
    return words;
  }

  #piecesOf(steps: readonly Step<string>[]): Piece[] {
    const { texts } = this.#drawing;
    const pieces: Piece[] = [];
    /** Characters that stayed, before: they tell one fold from another. */
    let passed = 0;
    for (let index = 0; index < steps.length; ) {
      const step = steps[index] as Step<string>;
      if (step.type === "changed") {
        const { before, after, isLast } = step;
        pieces.push({
          key: `changed ${isLast} ${before}\n\n${after}`,
          draw: () => this.#changed(before, after, isLast),
        });
        index++;
      } else if (step.type !== "same") {
        const { type, item } = step;
        const draw = () => drawn(item, texts).map(block => whole(type, block, this.#drawing));
        pieces.push({ key: `${type} ${item}`, draw });
        index++;
      } else {
        const start = index;
        while (steps[index]?.type === "same") index++;
        const run = steps.slice(start, index).flatMap(each => ("item" in each ? [each.item] : []));
        pieces.push(...this.#same(run, passed, start > 0, index < steps.length));
        passed += run.reduce((sum, { length }) => sum + length, 0);
      }
    }
    return pieces;
  }

  /** Of what stayed, the block beside a change; and a line in place of the rest. */
  #same(run: readonly string[], passed: number, hasBefore: boolean, hasAfter: boolean): Piece[] {
    const { texts } = this.#drawing;
    const shown = (source: string): Piece => ({ key: `same ${source}`, draw: () => drawn(source, texts) });
    const isShort = (source: string | undefined) => source !== undefined && countWords(source) <= BESIDE;
    const start = hasBefore && isShort(run[0]) ? 1 : 0;
    const end = hasAfter && run.length > start && isShort(run.at(-1)) ? run.length - 1 : run.length;
    const words = countWords(run.slice(start, end).join("\n"));
    const key = `${this.#part} ${passed}`;
    if (words < FOLDED || this.#isOpen(key)) return run.map(shown);
    const fold = {
      key: `fold ${key}`,
      draw: () => [foldOf(words, key, texts)],
      again: ({ firstChild }: HTMLElement) => firstChild && setText(firstChild, texts.sameWords(words)),
    };
    return [...run.slice(0, start).map(shown), fold, ...run.slice(end).map(shown)];
  }

  #changed(before: string, after: string, isLast: boolean): Node[] {
    const { texts } = this.#drawing;
    const [one, other] = [drawn(before, texts), drawn(after, texts)];
    if (one.length === 1 && other.length === 1)
      return merged(one[0] as Element, other[0] as Element, isLast, this.#drawing);
    return [
      ...one.map(block => whole("removed", block, this.#drawing)),
      ...other.map(block => whole("added", block, this.#drawing)),
    ];
  }

  /** Put the pieces into their places, at least so many that must be drawn; whether there are more. */
  #place(deadline: number, least: number): boolean {
    let made = 0;
    let next = this.#placed === 0 ? this.element.firstChild : this.element.childNodes[this.#placed];
    for (; this.#placed < this.#pieces.length; this.#placed++) {
      const { key, draw, again } = this.#pieces[this.#placed] as Piece;
      let node = this.#shown.get(key);
      if (node) again?.(node);
      else {
        if (made >= least && (deadline === Number.POSITIVE_INFINITY || performance.now() > deadline))
          return true;
        node = element("div", { class: "r1-diff-piece" });
        node.append(...draw());
        this.#shown.set(key, node);
        made++;
      }
      if (node === next) next = next.nextSibling;
      else this.element.insertBefore(node, next ?? null);
    }
    return false;
  }
}

/** The same block twice is two pieces. */
function unique(pieces: readonly Piece[]): Piece[] {
  const counts = new Map<string, number>();
  return pieces.map(piece => {
    const count = counts.get(piece.key) ?? 0;
    counts.set(piece.key, count + 1);
    return count === 0 ? piece : { ...piece, key: `${count} ${piece.key}` };
  });
}
