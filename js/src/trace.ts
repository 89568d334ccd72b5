// The trace: what the model thought, in a disclosure. Open while the model thinks, folded when the answer begins, and
// after the reader's own click as the reader left it. What is folded isn't drawn.

import { element, setText, uniqueId } from "./dom.ts";
import { Markdown } from "./markdown.ts";
import { THOUGHT, thinking, thought } from "./texts.ts";
import type { Turn } from "./turns.ts";

/** Ms of drawing at the reader's click, so that a thought of usual length is there at once. */
const AT_ONCE = 40;

export class Trace {
  readonly element: HTMLElement;
  readonly #turn: Turn;
  readonly #button: HTMLButtonElement;
  readonly #label = element("span");
  readonly #region: HTMLElement;
  readonly #markdown: Markdown;
  /** UTF-16 units of the text that have been given to the markdown. */
  #given = 0;
  #open = false;
  #touched = false;
  #answerBegun = false;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(turn: Turn, signal: AbortSignal) {
    this.#turn = turn;
    const id = uniqueId("thought");
    this.#button = element(
      "button",
      { type: "button", class: "r1-fold", "aria-expanded": "false", "aria-controls": id },
      this.#label,
    );
    this.#region = element("div", {
      id,
      class: "r1-thought r1-prose",
      role: "region",
      "aria-label": THOUGHT,
      hidden: true,
      inert: true,
    });
    this.element = element("section", { class: "r1-trace", hidden: true }, this.#button, this.#region);
    this.#markdown = new Markdown(this.#region, signal);
    this.#button.addEventListener("click", () => this.#toggle(), { signal });
    signal.addEventListener("abort", () => this.#tick(false), { once: true });
  }

  get open(): boolean {
    return this.#open;
  }

  /** The turn's state or text has changed. */
  update(): void {
    const { state, texts } = this.#turn;
    this.element.hidden = !texts.reasoning.begun;
    if (!texts.reasoning.begun) return;
    const thinkingNow = state.state === "running" && !texts.answer.begun;
    if (!this.#touched) {
      // A thought that was stopped stays as it is: there is no answer to make room for.
      if (thinkingNow) this.#setOpen(true);
      else if (texts.answer.begun && !this.#answerBegun) this.#setOpen(false);
    }
    this.#answerBegun = texts.answer.begun;
    this.element.classList.toggle("r1-thinking", thinkingNow);
    this.#tick(thinkingNow);
    this.#showLabel();
    this.#give();
    if (!thinkingNow && this.#open) this.#markdown.end();
  }

  /** The text is another one now. */
  replaced(): void {
    this.#markdown.clear();
    this.#given = 0;
    this.update();
  }

  #toggle(): void {
    this.#touched = true;
    this.#setOpen(!this.#open);
    this.update();
    if (this.#open) this.#markdown.settle(AT_ONCE);
  }

  #setOpen(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    this.#button.setAttribute("aria-expanded", String(open));
    this.#region.hidden = !open;
    this.#region.inert = !open;
  }

  #give(): void {
    const text = this.#turn.texts.reasoning.value;
    if (!this.#open || this.#given === text.length) return;
    this.#markdown.write(text.slice(this.#given));
    this.#given = text.length;
  }

  #showLabel(): void {
    const { state, texts, began } = this.#turn;
    // An ended turn that never answered thought until its end.
    const thoughtSeconds =
      this.#turn.thoughtSeconds ?? (texts.answer.begun ? undefined : state.seconds?.total);
    const count = state.tokens?.reasoning ?? 0;
    const label =
      this.#ticker !== undefined
        ? thinking(began === undefined ? undefined : (Date.now() - began) / 1000, count)
        : thought(thoughtSeconds, count, state.thinking_ended_by);
    setText(this.#label, label);
  }

  #tick(on: boolean): void {
    if (on && this.#ticker === undefined) {
      this.#ticker = setInterval(() => this.#showLabel(), 1000);
    } else if (!on) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
  }
}
