// The outline of a thought: its steps in a narrow list, with what each took. It shows where the reader is and takes them
// anywhere; Left and Right fold the step. One stop of Tab, then arrows, however long the list is.

import { element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import type { Timeline } from "../state/timeline.ts";
import type { Texts } from "../texts/index.ts";
import type { StepKind } from "../texts/kinds.ts";
import type { StepView } from "./step.ts";
import type { StepActs } from "./stepacts.ts";
import type { Thought } from "./thought.ts";

/** What stands before a step of each kind; its name is in the texts. */
const SIGNS: Record<StepKind, string> = {
  step: "·",
  plan: "▸",
  check: "↺",
  alternative: "⇄",
  conclusion: "∴",
};

interface Options {
  thought: Thought;
  timeline: Timeline;
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
  readonly #list: HTMLElement;
  readonly #count = element("span", { class: "r1-outline-count" });
  readonly #onlyChecks: HTMLButtonElement;
  readonly #rows = new Map<StepView, HTMLElement>();
  #here: StepView | undefined;

  constructor(options: Options) {
    const { texts, signal } = options;
    this.#options = options;
    this.#onlyChecks = button(`${SIGNS.check} ${texts.onlyChecks}`, {
      "aria-pressed": "false",
      title: texts.cueHint,
    });
    this.#list = element("div", { class: "r1-outline-list", role: "tree", "aria-label": texts.outline });
    this.element = element(
      "nav",
      { class: "r1-outline", "aria-label": texts.outline, hidden: true },
      element("div", { class: "r1-outline-head" }, this.#count, this.#onlyChecks),
      this.#list,
      options.acts.element,
    );
    options.acts.step = undefined;
    this.#onlyChecks.addEventListener("click", () => this.#filter(), { signal });
    this.#list.addEventListener("click", event => this.#clicked(event), { signal });
    this.#list.addEventListener("keydown", event => this.#key(event), { signal });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(open: boolean): void {
    this.element.hidden = !open;
    if (open) this.update();
  }

  /** Steps came, or were taken away, or took longer. */
  update(): void {
    if (!this.isOpen) return;
    const { thought, texts } = this.#options;
    if (thought.steps.length < this.#rows.size) {
      this.#rows.clear();
      this.#list.replaceChildren();
    }
    const first = Math.max(0, this.#rows.size - 1); // the last row may be of a step that has gone on
    for (const step of thought.steps.slice(first)) this.#show(step);
    const checks = thought.steps.filter(({ kind }) => kind === "check").length;
    setText(this.#count, texts.stepCount(thought.steps.length, checks));
    this.#onlyChecks.hidden = checks === 0 && !this.#isFiltered;
    if (this.#list.querySelector('[tabindex="0"]') === null)
      this.#list.firstElementChild?.setAttribute("tabindex", "0");
  }

  /** A step was folded or unfolded. */
  folded(step: StepView): void {
    this.#rows.get(step)?.setAttribute("aria-expanded", String(!step.folded));
  }

  /** Where the reader is. */
  markHere(step: StepView | undefined): void {
    if (step === this.#here || !this.isOpen) return;
    this.#row(this.#here)?.removeAttribute("aria-current");
    this.#here = step;
    this.#options.acts.step = step;
    const row = this.#row(step);
    if (!row || row.hidden) return;
    row.setAttribute("aria-current", "location");
    // Within the list only: the page's scrolling is the reader's.
    const top = row.offsetTop - this.#list.offsetTop;
    if (top < this.#list.scrollTop || top + row.offsetHeight > this.#list.scrollTop + this.#list.clientHeight)
      this.#list.scrollTop = top - this.#list.clientHeight / 3;
  }

  #row(step: StepView | undefined): HTMLElement | undefined {
    return step && this.#rows.get(step);
  }

  #show(step: StepView): void {
    const { texts, timeline } = this.#options;
    let row = this.#rows.get(step);
    if (!row) {
      row = element(
        "div",
        {
          class: "r1-row",
          role: "treeitem",
          tabindex: "-1",
          "data-kind": step.kind,
          "aria-expanded": String(!step.folded),
        },
        element(
          "span",
          {
            class: "r1-sign",
            role: "img",
            "aria-label": texts.kind(step.kind),
            title: texts.kind(step.kind),
          },
          SIGNS[step.kind],
        ),
        element("span", { class: "r1-row-title", lang: "", dir: "auto" }),
        element("span", { class: "r1-row-cost" }),
      );
      row.hidden = this.#isFiltered && step.kind !== "check";
      this.#rows.set(step, row);
      this.#list.append(row);
    }
    const [, title, cost] = row.children as unknown as [Element, Element, Element];
    setText(title, step.title);
    const from = timeline.at(step.start);
    const to = timeline.at(step.end);
    if (from && to && step.end > timeline.start)
      setText(
        cost,
        texts.stepCost(to.seconds - from.seconds, Math.round(to.tokens) - Math.round(from.tokens)),
      );
  }

  get #isFiltered(): boolean {
    return this.#onlyChecks.getAttribute("aria-pressed") === "true";
  }

  #filter(): void {
    this.#onlyChecks.setAttribute("aria-pressed", String(!this.#isFiltered));
    for (const [step, row] of this.#rows) row.hidden = this.#isFiltered && step.kind !== "check";
    const visible = this.#visible;
    if (!visible.some(row => row.tabIndex === 0) && visible[0]) this.#stopAt(visible[0]);
  }

  get #visible(): HTMLElement[] {
    return [...this.#rows.values()].filter(row => !row.hidden);
  }

  #stepOf(target: EventTarget | null): StepView | undefined {
    const row = (target as Element | null)?.closest(".r1-row");
    for (const [step, known] of this.#rows) if (known === row) return step;
    return undefined;
  }

  #clicked(event: MouseEvent): void {
    const step = this.#stepOf(event.target);
    const row = this.#row(step);
    if (!step || !row) return;
    this.#stopAt(row);
    this.#options.jump(step);
  }

  /** Tab comes back to this row. */
  #stopAt(row: HTMLElement): void {
    this.#list.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
    row.tabIndex = 0;
    this.#options.acts.step = this.#stepOf(row);
  }

  #key(event: KeyboardEvent): void {
    const step = this.#stepOf(event.target);
    const row = this.#row(step);
    if (!step || !row) return;
    const rows = this.#visible;
    const at = rows.indexOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      const next = rows[Math.max(0, Math.min(to, rows.length - 1))] ?? row;
      this.#stopAt(next);
      next.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      this.#options.jump(step);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      step.fold(event.key === "ArrowLeft");
      this.folded(step);
    } else {
      return;
    }
    event.preventDefault();
  }
}
