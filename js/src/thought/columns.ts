// The text of a thought and its outline beside it: how the reader gets from a line of the outline to its step, and which step
// they are at.

import { element, uniqueId } from "../dom/dom.ts";
import { onScroll, reveal } from "../dom/scroll.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { Beside } from "./beside.ts";
import { Outline } from "./outline.ts";
import type { StepView } from "./step.ts";
import { type StepAct, StepActs } from "./stepacts.ts";
import { Thought } from "./thought.ts";

/** Pixels below what stays in sight to which the outline leads, and a little more at which the reader is taken to read. */
const LEADS = 10;
const READS = 18;

export interface ColumnsOptions {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  /** Whether they can be seen. */
  isOpen: () => boolean;
  /** What stays in sight above them. */
  top: () => HTMLElement;
  /** The reader goes elsewhere than to the end. */
  leave: () => void;
  stepActs?: readonly StepAct[] | undefined;
}

export class Columns {
  readonly element: HTMLElement;
  readonly thought: Thought;
  readonly outlineId = uniqueId("outline");
  readonly #options: ColumnsOptions;
  readonly #outline: Outline;
  readonly #stepActs: StepActs;

  constructor(options: ColumnsOptions) {
    this.#options = options;
    const { store, turn, signal, isOpen, stepActs } = options;
    const { texts } = store;
    this.thought = new Thought(texts, signal);
    this.#outline = new Outline({
      thought: this.thought,
      turn,
      texts,
      signal,
      jump: step => this.#jump(step),
      acts: new StepActs(store, turn, signal, stepActs),
    });
    this.#outline.element.id = this.outlineId;
    this.#stepActs = new StepActs(store, turn, signal, stepActs).forPointer();
    const prose = element(
      "div",
      // The language is not the interface's, and not known.
      { class: "r1-thought r1-prose", dir: "auto", lang: "" },
      this.thought.element,
    );
    this.element = element("div", { class: "r1-columns" }, this.#outline.element, prose);
    prose.addEventListener("pointerover", event => this.#pointed(event), { signal });
    this.thought.changed = () => this.#outline.changed(isOpen());
    this.thought.folded = step => this.#outline.folded(step);
    onScroll(
      this.element,
      () => isOpen() && this.#outline.isOpen,
      () => this.#markHere(),
      signal,
    );
  }

  get isOutlined(): boolean {
    return this.#outline.isOpen;
  }

  outline(open: boolean): void {
    this.#outline.open(open);
    this.#markHere();
  }

  /** So many pixels above are taken by what stays in sight. */
  below(height: number): void {
    this.#outline.element.style.setProperty("--r1-top", `${Math.round(height)}px`);
  }

  /** What is said of the steps, beside them, is another. */
  stand(beside: Beside): void {
    this.#outline.stand(beside);
  }

  /** From the character `at` on nothing is to be seen; undefined: all is. */
  hideFrom(at: number | undefined): void {
    this.thought.hideFrom(at);
    this.#outline.hideFrom(at);
  }

  /** What is said of the steps may have changed. */
  update(): void {
    if (this.#options.isOpen()) this.#outline.update();
  }

  /** To the step that has the character `at`, in UTF-16 units. */
  jumpTo(at: number): void {
    const step = this.thought.steps.find(({ end }) => end > at);
    if (step) this.#jump(step);
  }

  #jump(step: StepView): void {
    this.#options.leave();
    step.element.style.scrollMarginTop = `${this.#options.top().offsetHeight + LEADS}px`;
    reveal(step.element, "start");
    this.#outline.markHere(step);
  }

  /** The acts stand in the step that the pointer is on. */
  #pointed(event: PointerEvent): void {
    const step = this.thought.stepOf(event.target as Node);
    if (step) this.#stepActs.stand(step, step.element);
  }

  #markHere(): void {
    if (!this.#outline.isOpen || !this.#options.isOpen()) return;
    const { bottom } = this.#options.top().getBoundingClientRect();
    this.#outline.markHere(this.thought.stepAt(Math.max(bottom, 0) + READS));
  }
}
