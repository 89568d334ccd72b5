// A thought on screen, step by step. A step that is complete is drawn once and never touched again, so what a frame costs
// doesn't depend on how much has been thought before.

import { element } from "../dom/dom.ts";
import { type Draw, schedule, unschedule } from "../dom/frames.ts";
import { Links } from "../markdown/links.ts";
import type { Named } from "../markdown/pointed.ts";
import type { Points } from "../markdown/points.ts";
import type { Authors } from "../state/authors.ts";
import type { Texts } from "../texts/index.ts";
import { StepView } from "./step.ts";
import { type Piece, StepSplitter } from "./steps.ts";

/**
 * Steps in one box. The browser goes through all children of a box that has grown; with boxes of this many it goes
 * through the boxes, and through the children of the last.
 */
const BOX = 100;

export class Thought {
  readonly element: HTMLElement;
  readonly steps: StepView[] = [];
  /** A step was added, or all were removed. */
  changed: () => void = () => {};
  /** Text is wanted: so what is folded before the next frame costs nothing. */
  pull: () => void = () => {};
  /** Something was drawn. */
  drawn: () => void = () => {};
  /** The reader has folded or unfolded a step. */
  folded: (step: StepView) => void = () => {};
  readonly #texts: Texts;
  #splitter = new StepSplitter();
  #links = new Links();
  /** The first step that isn't complete on screen. */
  #undrawn = 0;
  #ended = false;
  #raw = false;
  #authors: Authors | undefined;
  /** Steps with words that aren't the model's. */
  #marked = new Set<StepView>();
  #hiddenFrom: number | undefined;
  #points: Points | undefined;
  /** Steps with stretches that are pointed at. */
  #pointed = new Set<StepView>();
  readonly #draw: Draw = deadline => this.#drawUntil(deadline);

  constructor(texts: Texts, signal: AbortSignal) {
    this.#texts = texts;
    this.element = element("div", { class: "r1-steps" });
    this.element.addEventListener("click", event => this.#clicked(event), { signal });
    const gone = () => {
      unschedule(this.#draw);
      this.#unmark();
    };
    signal.addEventListener("abort", gone, { once: true });
  }

  write(text: string): void {
    if (text === "") return;
    this.#ended = false; // or it has, and the model thinks again in the middle of its answer
    this.#take(this.#splitter.feed(text));
  }

  /** No more text comes. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#take(this.#splitter.flush());
    this.steps.at(-1)?.finish();
  }

  /** There is something to draw; in the next frame it is asked for, and drawn. */
  wake(): void {
    schedule(this.#draw);
  }

  /** Nobody looks. */
  sleep(): void {
    unschedule(this.#draw);
  }

  clear(): void {
    this.#splitter = new StepSplitter();
    this.#links = new Links();
    this.#undrawn = 0;
    this.#ended = false;
    this.#unmark();
    this.steps.length = 0;
    this.element.replaceChildren();
    this.changed();
  }

  /** The characters as they were written, or the markdown. */
  show(raw: boolean): void {
    this.#raw = raw;
    for (const step of this.steps) step.show(raw);
    this.#undrawn = 0;
  }

  /** Show who wrote what, where that isn't the model. Again, when it has changed otherwise than at the end. */
  mark(authors: Authors): void {
    this.#authors = authors;
    const marked = new Set(authors.list.flatMap(({ start, end }) => this.#within(start, end)));
    for (const step of this.#marked) if (!marked.has(step)) step.unmark();
    for (const step of marked) step.mark(authors);
    this.#marked = marked;
  }

  /** Mark these. Again, when they are others. */
  point(points: Points): void {
    this.#points = points;
    const pointed = new Set(points.list.flatMap(({ start, end }) => this.#within(start, end)));
    for (const step of this.#pointed) if (!pointed.has(step)) step.point(points);
    for (const step of pointed) step.point(points);
    this.#pointed = pointed;
  }

  /** Where something of it is drawn; where it goes over several steps, in the first. */
  range(start: number, end: number): Range | undefined {
    return this.#within(start, end)[0]?.range(start, end);
  }

  /** What of it is selected, from its first to its last character; undefined: nothing. */
  selected(range: Range): [start: number, end: number] | undefined {
    const touched = this.steps.filter(({ element }) => range.intersectsNode(element));
    const first = selectedIn(touched, range);
    const last = selectedIn(touched.reverse(), range);
    return first && last ? [first[0], last[1]] : undefined;
  }

  /** Steps from the character `at` on aren't to be seen, those that come among them; undefined: all are. */
  hideFrom(at: number | undefined): void {
    if (at === this.#hiddenFrom) return;
    this.#hiddenFrom = at;
    for (const step of this.steps) step.element.hidden = this.#isHidden(step);
    for (const box of this.element.children)
      (box as HTMLElement).hidden = (box.firstElementChild as HTMLElement | null)?.hidden ?? false;
  }

  #isHidden({ start }: StepView): boolean {
    return this.#hiddenFrom !== undefined && start >= this.#hiddenFrom;
  }

  /** The marks at this place of a node. */
  at(node: Node, offset: number): Named[] {
    return this.stepOf(node)?.at(node, offset) ?? [];
  }

  /** The step that has the character `at`, unfolded and drawn before its turn. */
  unfold(at: number): StepView | undefined {
    const [step] = this.#within(at, at + 1);
    if (step?.folded) {
      step.fold(false);
      this.folded(step);
    }
    step?.draw(Number.POSITIVE_INFINITY);
    return step;
  }

  /** Draw now what can be drawn within `budget` ms, and the rest in the frames to come. */
  settle(budget = Number.POSITIVE_INFINITY): void {
    unschedule(this.#draw);
    if (this.#drawUntil(performance.now() + budget)) schedule(this.#draw);
  }

  /** Whether all that was written is on screen. */
  get isDrawn(): boolean {
    return this.#undrawn >= this.steps.length - (this.#ended ? 0 : 1);
  }

  /** The step that `node` is in. */
  stepOf(node: Node): StepView | undefined {
    const section = (node instanceof Element ? node : node.parentElement)?.closest(".r1-step");
    return section ? this.steps.find(step => step.element === section) : undefined;
  }

  /** The step that stands at `y` of the window, as `clientY` counts. */
  stepAt(y: number): StepView | undefined {
    // By boxes first: to ask where a step is, in a box that is far away, would lay out all of that box.
    const above = (elements: ArrayLike<Element>) => {
      let low = 0;
      let high = elements.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        const each = elements[middle] as HTMLElement;
        // What is hidden comes last, and is nowhere.
        if (!each.hidden && each.getBoundingClientRect().bottom <= y) low = middle + 1;
        else high = middle;
      }
      return Math.min(low, elements.length - 1);
    };
    const box = above(this.element.children);
    const within = this.element.children[box]?.children ?? [];
    const step = this.steps[box * BOX + above(within)];
    return step && this.#isHidden(step) ? undefined : step;
  }

  #take(pieces: Piece[]): void {
    for (const { kind, text } of pieces) {
      if (kind) this.#begin(kind);
      const step = this.steps.at(-1);
      if (!step) continue;
      step.write(text);
      if (this.#points?.within(step.end - text.length, step.end).length) {
        this.#pointed.add(step);
        step.point(this.#points);
      }
      if (!this.#authors?.within(step.end - text.length, step.end).length) continue;
      this.#marked.add(step);
      step.mark(this.#authors);
    }
  }

  #unmark(): void {
    for (const step of new Set([...this.#marked, ...this.#pointed])) step.unmark();
    this.#marked.clear();
    this.#pointed.clear();
  }

  /** The steps that have something of what is from `start` to `end`. */
  #within(start: number, end: number): StepView[] {
    let low = 0;
    let high = this.steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.steps[middle] as StepView).end <= start) low = middle + 1;
      else high = middle;
    }
    const found: StepView[] = [];
    for (let at = low; at < this.steps.length; at++) {
      const step = this.steps[at] as StepView;
      if (step.start >= end) break;
      found.push(step);
    }
    return found;
  }

  #begin(kind: NonNullable<Piece["kind"]>): void {
    const before = this.steps.at(-1);
    before?.finish();
    const joined = before !== undefined && !/\n[ \t\r]*\n[ \t\r]*$/.test(before.source);
    const step = new StepView(kind, before?.end ?? 0, joined, this.#texts, this.#links);
    if (this.#raw) step.show(true);
    step.element.hidden = this.#isHidden(step);
    if (this.steps.length % BOX === 0)
      this.element.append(element("div", { class: "r1-box", hidden: this.#isHidden(step) }));
    this.element.lastElementChild?.append(step.element);
    this.steps.push(step);
    this.changed();
  }

  #drawUntil(deadline: number): boolean {
    this.pull();
    const more = this.#drawSteps(deadline);
    this.drawn();
    return more;
  }

  #drawSteps(deadline: number): boolean {
    for (let step = this.steps[this.#undrawn]; step; step = this.steps[this.#undrawn]) {
      if (step.draw(deadline)) return true;
      if (!step.ended) return false;
      this.#undrawn++;
      if (performance.now() > deadline) return this.#undrawn < this.steps.length;
    }
    return false;
  }

  #clicked(event: MouseEvent): void {
    const fold = (event.target as Element | null)?.closest(".r1-step-fold, .r1-step-title");
    const step = fold && this.stepOf(fold);
    if (!step) return;
    step.fold(!step.folded);
    this.folded(step);
  }
}

/** Of the first step in which something is selected, what. */
function selectedIn(steps: readonly StepView[], range: Range): [number, number] | undefined {
  for (const step of steps) {
    const found = step.selected(range);
    if (found) return found;
  }
  return undefined;
}
