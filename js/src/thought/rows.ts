// The rows of an outline: all of them, and those that are listed. In boxes, of which the browser lays out only those in sight, so
// that thousands cost no more than what can be seen. One stop of Tab.

import { element } from "../dom/dom.ts";
import type { Timeline } from "../state/timeline.ts";
import type { Texts } from "../texts/index.ts";
import { type Beside, NOTHING } from "./beside.ts";
import { Row } from "./row.ts";
import type { StepView } from "./step.ts";

/** Rows in one box. */
const BOX = 100;
/** Pixels that each is high, as in outline.css. */
export const ROW = 26;

export class Rows {
  /** Grows with the rows; stands in what is scrolled. */
  readonly element = element("div", { class: "r1-rows", role: "none" });
  readonly all: Row[] = [];
  readonly #texts: Texts;
  #listed: Row[] = this.all;
  #wanted: ((step: StepView) => boolean) | undefined;
  readonly #of = new WeakMap<Element, Row>();
  readonly #steps = new Map<StepView, Row>();
  #longest = 0;
  #stop: Row | undefined;
  #beside = NOTHING;
  /** How many have something that is said of them. */
  remarked = 0;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  /** Those that are shown, in their order. */
  get listed(): readonly Row[] {
    return this.#listed;
  }

  clear(): void {
    this.all.length = 0;
    this.#listed = this.#wanted ? [] : this.all;
    this.#steps.clear();
    this.#longest = 0;
    this.remarked = 0;
    this.#stop = undefined;
    this.element.replaceChildren();
  }

  of(step: StepView | undefined): Row | undefined {
    return step && this.#steps.get(step);
  }

  /** The row that has `target` in it. */
  at(target: EventTarget | null): Row | undefined {
    const found = (target as Element | null)?.closest(".r1-row");
    return found ? this.#of.get(found) : undefined;
  }

  /** Its place among those that are listed; -1: it isn't. */
  placeOf(row: Row | undefined): number {
    if (!row) return -1;
    if (!this.#wanted) return row.index;
    let low = 0;
    let high = this.#listed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#listed[middle] as Row).index < row.index) low = middle + 1;
      else high = middle;
    }
    return this.#listed[low] === row ? low : -1;
  }

  /** The steps from the last row on: it may have gone on. */
  update(steps: readonly StepView[], timeline: Timeline): void {
    for (let index = Math.max(0, this.all.length - 1); index < steps.length; index++) {
      const row = this.all[index] ?? this.#add(steps[index] as StepView);
      row.update(timeline);
      this.#stand(row);
      if (row.length <= this.#longest) continue;
      this.#longest = row.length;
      this.element.style.setProperty("--r1-longest", row.length.toFixed(1));
    }
    if (!this.#stop) this.stopAt(this.#listed[0]);
  }

  /** What is said of the steps is another. */
  stand(beside: Beside): void {
    this.#beside = beside;
    for (const row of this.all) this.#stand(row);
  }

  #stand(row: Row): void {
    const was = row.isRemarked;
    row.stand(this.#beside);
    this.remarked += Number(row.isRemarked) - Number(was);
  }

  /** List only what is wanted; undefined: all. */
  filter(wanted: ((step: StepView) => boolean) | undefined): void {
    this.#wanted = wanted;
    this.#listed = wanted ? this.all.filter(({ step }) => wanted(step)) : this.all;
    const listed = new Set(this.#listed);
    for (const row of this.all) row.element.hidden = !listed.has(row);
    for (const box of this.element.children) measure(box as HTMLElement);
    if (this.#stop?.element.hidden !== false) this.stopAt(this.#listed[0]);
  }

  /** Tab comes back to this row. */
  stopAt(row: Row | undefined): void {
    this.#stop?.element.setAttribute("tabindex", "-1");
    this.#stop = row;
    row?.element.setAttribute("tabindex", "0");
  }

  #add(step: StepView): Row {
    const row = new Row(step, this.all.length, this.#texts);
    this.#steps.set(step, row);
    this.#of.set(row.element, row);
    row.element.hidden = this.#wanted?.(step) === false;
    if (this.#wanted && !row.element.hidden) this.#listed.push(row);
    if (this.all.length % BOX === 0)
      this.element.append(element("div", { class: "r1-row-box", role: "none" }));
    this.all.push(row);
    const box = this.element.lastElementChild as HTMLElement;
    box.append(row.element);
    measure(box);
    return row;
  }
}

/** A box is as high as its rows are, before they are laid out. */
function measure(box: HTMLElement): void {
  const rows = [...box.children].filter(row => !(row as HTMLElement).hidden).length;
  // Not by a variable, which each row would inherit.
  box.style.setProperty("contain-intrinsic-height", `${rows * ROW}px`);
}
