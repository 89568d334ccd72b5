// Which steps the outline lists: all, or those that look back, that try another way, that are in a loop. Several at once are what
// any of them would list.

import { element } from "../dom/dom.ts";
import { relabel } from "../kit/button.ts";
import { chipButton } from "../kit/chip.ts";
import type { Texts } from "../texts/index.ts";
import type { StepFilter } from "../texts/kinds.ts";
import type { StepView } from "./step.ts";

const FILTERS: readonly StepFilter[] = ["finding", "check", "alternative", "loop"];

export class Filters {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #chips = new Map<StepFilter, HTMLButtonElement>();
  readonly #changed: () => void;
  /** Where the loop begins, in UTF-16 units of the thought. */
  #since = Number.POSITIVE_INFINITY;
  #isRemarked: (step: StepView) => boolean = () => false;

  constructor(texts: Texts, signal: AbortSignal, changed: () => void) {
    this.#texts = texts;
    this.#changed = changed;
    this.element = element("div", { class: "r1-filters", role: "group", "aria-label": texts.filters });
    for (const filter of FILTERS) {
      const chip = chipButton(texts.filter(filter), { title: texts.filterHint(filter) });
      chip.setAttribute("aria-pressed", "false");
      chip.addEventListener("click", () => this.#press(chip), { signal });
      this.#chips.set(filter, chip);
      this.element.append(chip);
    }
  }

  /** Whether a step is to be listed; undefined: each is. */
  get wanted(): ((step: StepView) => boolean) | undefined {
    const pressed = FILTERS.filter(filter => this.#isPressed(filter));
    if (pressed.length === 0) return undefined;
    return step => pressed.some(filter => this.#has(filter, step));
  }

  /** The thought repeats itself from there on; undefined: it doesn't. */
  loop(since = Number.POSITIVE_INFINITY): void {
    if (since === this.#since) return;
    this.#since = since;
    if (this.#isPressed("loop")) this.#changed();
  }

  /** Of which steps something is said. */
  remark(isRemarked: (step: StepView) => boolean): void {
    this.#isRemarked = isRemarked;
  }

  /** How many there are of each. */
  count(counts: Record<StepFilter, number>): void {
    for (const [filter, chip] of this.#chips) {
      chip.hidden = counts[filter] === 0 && !this.#isPressed(filter);
      relabel(chip, `${this.#texts.filter(filter)} ${counts[filter]}`);
    }
    this.element.hidden = [...this.#chips.values()].every(({ hidden }) => hidden);
  }

  #has(filter: StepFilter, step: StepView): boolean {
    if (filter === "finding") return this.#isRemarked(step);
    return filter === "loop" ? step.end > this.#since : step.kind === filter;
  }

  #isPressed(filter: StepFilter): boolean {
    return this.#chips.get(filter)?.getAttribute("aria-pressed") === "true";
  }

  #press(chip: HTMLButtonElement): void {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    this.#changed();
  }
}
