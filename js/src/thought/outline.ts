// The outline of a thought: its steps in a narrow list, with what each took. It shows where the reader is and takes them
// anywhere; Left and Right fold the step. One stop of Tab, then arrows, however long the list is.

import { element, setText } from "../dom/dom.ts";
import { Edge } from "../dom/edge.ts";
import { unitsAt } from "../state/text.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import type { Beside } from "./beside.ts";
import { Filters } from "./filters.ts";
import { Legend } from "./legend.ts";
import { Place } from "./place.ts";
import { Rows } from "./rows.ts";
import type { StepView } from "./step.ts";
import type { StepActs } from "./stepacts.ts";
import type { Thought } from "./thought.ts";

/** Ms between two looks at the steps while they come: a fast model begins thirty in a second. */
const EVERY = 200;

interface Options {
  thought: Thought;
  turn: Turn;
  texts: Texts;
  signal: AbortSignal;
  /** The reader wants to go there. */
  jump: (step: StepView) => void;
  /** What can be done from the step that is marked. */
  acts: StepActs;
}

export class Outline {
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #count = element("span", { class: "r1-outline-count" });
  readonly #filters: Filters;
  readonly #rows: Rows;
  readonly #list: HTMLElement;
  readonly #place: Place;
  readonly #edge: Edge;
  #here: StepView | undefined;
  /** Of the steps that have rows. */
  #counts = { check: 0, alternative: 0 };
  /** Where the loop begins, as it was said (in code points) and as the text has it (in UTF-16 units). */
  #loop: { since: number; units: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** From where on nothing is to be seen. */
  #hiddenFrom: number | undefined;

  constructor(options: Options) {
    const { texts, signal } = options;
    this.#options = options;
    this.#rows = new Rows(texts);
    this.#filters = new Filters(texts, signal, () => this.#filter());
    const legend = new Legend(texts, signal);
    this.#list = element(
      "div",
      { class: "r1-outline-list", role: "tree", "aria-label": texts.outline },
      this.#rows.element,
    );
    this.element = element(
      "nav",
      { class: "r1-outline", "aria-label": texts.outline, hidden: true },
      element("div", { class: "r1-outline-head" }, this.#count, legend.button, legend.element),
      this.#filters.element,
      this.#list,
      options.acts.element,
    );
    const here = () => this.#rows.placeOf(this.#rows.of(this.#here));
    this.#place = new Place(this.#list, this.#rows.element, here, signal);
    this.#edge = new Edge({
      column: this.element,
      label: texts.outlineWidth,
      hint: texts.outlineWidthHint,
      signal,
    });
    this.element.append(this.#edge.element);
    options.acts.step = undefined;
    this.#list.addEventListener("click", event => this.#clicked(event), { signal });
    this.#list.addEventListener("keydown", event => this.#key(event), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(open: boolean): void {
    this.element.hidden = !open;
    if (!open) return;
    this.#edge.shown();
    this.update();
  }

  /** Steps came, or were taken away; `isSeen`: and the thought isn't folded. */
  changed(isSeen: boolean): void {
    if (this.#options.thought.steps.length < this.#rows.all.length) {
      this.#rows.clear();
      this.#counts = { check: 0, alternative: 0 };
    }
    if (this.isOpen && isSeen) this.#timer ??= setTimeout(() => this.update(), EVERY);
  }

  /** What is said of the steps may have changed. */
  update(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.isOpen) return;
    const { thought, turn, texts } = this.#options;
    const { steps } = thought;
    for (const { kind } of steps.slice(this.#rows.all.length))
      if (kind === "check" || kind === "alternative") this.#counts[kind]++;
    this.#rows.update(steps, turn.timeline);
    setText(this.#count, texts.stepCount(steps.length));
    this.#filters.loop(this.#since);
    this.#filters.remark(step => this.#rows.of(step)?.isRemarked === true);
    this.#filters.count({ ...this.#counts, finding: this.#rows.remarked, loop: this.#looped });
    this.#rows.of(this.#here)?.element.setAttribute("aria-current", "location");
  }

  /** What is said of the steps, beside them, is another. */
  stand(beside: Beside): void {
    this.#list.classList.toggle("r1-banded", beside.follows !== undefined);
    this.#rows.stand(beside);
    this.update();
    if (this.#filters.wanted) this.#filter();
  }

  /** A step was folded or unfolded. */
  folded(step: StepView): void {
    this.#rows.of(step)?.folded();
  }

  /** Where the reader is. */
  markHere(step: StepView | undefined): void {
    if (step === this.#here || !this.isOpen) return;
    const before = this.#rows.of(this.#here);
    before?.element.removeAttribute("aria-current");
    this.#here = step;
    this.#options.acts.step = step;
    const row = this.#rows.of(step);
    row?.element.setAttribute("aria-current", "location");
    // Within the list only: the page's scrolling is the reader's.
    this.#place.went(this.#rows.placeOf(before), this.#rows.placeOf(row));
  }

  get #since(): number | undefined {
    const { loop } = this.#options.turn.state;
    if (loop?.kind !== "reasoning") return undefined;
    const { since } = loop;
    if (this.#loop?.since !== since) {
      const [units = 0] = unitsAt(this.#options.turn.texts.reasoning.value, [since]);
      this.#loop = { since, units };
    }
    return this.#loop.units;
  }

  /** Steps in the loop: they are the last ones. */
  get #looped(): number {
    const { steps } = this.#options.thought;
    const since = this.#since;
    if (since === undefined) return 0;
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((steps[middle] as StepView).end <= since) low = middle + 1;
      else high = middle;
    }
    return steps.length - low;
  }

  /** From the character `at` on nothing is to be seen; undefined: all is. */
  hideFrom(at: number | undefined): void {
    if (at === this.#hiddenFrom) return;
    this.#hiddenFrom = at;
    this.#filter();
  }

  #filter(): void {
    const { wanted } = this.#filters;
    const end = this.#hiddenFrom;
    this.#rows.filter(end === undefined ? wanted : step => step.start < end && wanted?.(step) !== false);
  }

  #clicked(event: MouseEvent): void {
    const row = this.#rows.at(event.target);
    if (!row) return;
    this.#rows.stopAt(row);
    this.#options.acts.step = row.step;
    this.#options.jump(row.step);
  }

  #key(event: KeyboardEvent): void {
    const row = this.#rows.at(event.target);
    if (!row) return;
    const { listed } = this.#rows;
    const at = this.#rows.placeOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: listed.length - 1 }[event.key];
    if (to !== undefined) {
      const next = listed[Math.max(0, Math.min(to, listed.length - 1))] ?? row;
      this.#rows.stopAt(next);
      this.#options.acts.step = next.step;
      next.element.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      this.#options.jump(row.step);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      row.step.fold(event.key === "ArrowLeft");
      row.folded();
    } else {
      return;
    }
    event.preventDefault();
  }
}
