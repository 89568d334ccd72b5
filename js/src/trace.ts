// The trace: what the model thought, in a disclosure. Open while the model thinks, folded when the answer begins, and
// after the reader's own click as the reader left it. What is folded isn't drawn.

import { element, setText, uniqueId } from "./dom.ts";
import { restOfThought } from "./estimate.ts";
import { Markdown } from "./markdown.ts";
import { counter, THINKING, THOUGHT, thought } from "./texts.ts";
import type { Turn } from "./turns.ts";
import { Warning } from "./warning.ts";

/** Ms of drawing at the reader's click, so that a thought of usual length is there at once. */
const AT_ONCE = 40;
/** Ms between two looks at the counter. */
const SECOND = 1000;

export class Trace {
  readonly element: HTMLElement;
  readonly #turn: Turn;
  readonly #button: HTMLButtonElement;
  readonly #label = element("span");
  /** Beside the button, not in it: what is in a button's name is read out when it changes under the focus. */
  readonly #counter = element("span", { class: "r1-counter", role: "timer", "aria-live": "off" });
  readonly #head: HTMLElement;
  readonly #warning: Warning;
  readonly #region: HTMLElement;
  readonly #markdown: Markdown;
  /** UTF-16 units of the text that have been given to the markdown. */
  #given = 0;
  #open = false;
  #touched = false;
  #answerBegun = false;
  #ticker: ReturnType<typeof setInterval> | undefined;

  /** `announce` tells a screen reader. */
  constructor(turn: Turn, signal: AbortSignal, announce: (text: string) => void) {
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
    this.#head = element("div", { class: "r1-head" }, this.#button, this.#counter);
    this.#warning = new Warning(turn, announce);
    this.element = element(
      "section",
      { class: "r1-trace", hidden: true },
      this.#head,
      this.#warning.element,
      this.#region,
    );
    this.#markdown = new Markdown(this.#region, signal);
    for (const part of [this.#button, this.#counter])
      part.addEventListener("click", () => this.#toggle(), { signal });
    signal.addEventListener("abort", () => this.#tick(false), { once: true });
  }

  get open(): boolean {
    return this.#open;
  }

  /** The turn's state or text has changed. */
  update(): void {
    const { state, texts } = this.#turn;
    const { begun } = texts.reasoning;
    const warned = this.#warning.update();
    this.element.hidden = !begun && !warned;
    this.#head.hidden = !begun;
    const thinkingNow = begun && state.state === "running" && !texts.answer.begun;
    this.#tick(thinkingNow);
    if (!begun) return;
    if (!this.#touched) {
      // A thought that was stopped stays as it is: there is no answer to make room for.
      if (thinkingNow) this.#setOpen(true);
      else if (texts.answer.begun && !this.#answerBegun) this.#setOpen(false);
    }
    this.#answerBegun = texts.answer.begun;
    this.element.classList.toggle("r1-thinking", thinkingNow);
    if (!thinkingNow) this.#showThought();
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

  #showThought(): void {
    const { state, texts } = this.#turn;
    // An ended turn that never answered thought until its end.
    const seconds = this.#turn.thoughtSeconds ?? (texts.answer.begun ? undefined : state.seconds?.total);
    setText(this.#label, thought(seconds, state.tokens?.reasoning ?? 0, state.thinking_ended_by));
    setText(this.#counter, "");
  }

  #showCounter(): void {
    const { state, began, meter } = this.#turn;
    const now = Date.now();
    const count = state.tokens?.reasoning ?? 0;
    const pace = meter.pace(now) ?? state.pace?.tokens_per_second;
    const rest = state.limits ? restOfThought(state.limits, count, pace) : "";
    const seconds = began === undefined ? undefined : (now - began) / 1000;
    setText(this.#label, THINKING);
    setText(this.#counter, counter(seconds, count, pace, rest));
  }

  #tick(on: boolean): void {
    if (on && this.#ticker === undefined) {
      this.#showCounter();
      this.#ticker = setInterval(() => {
        this.#showCounter();
        this.#warning.update();
      }, SECOND);
    } else if (!on) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
  }
}
