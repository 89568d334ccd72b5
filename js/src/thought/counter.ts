// What is counted while the model thinks: at which step it is, for how long it has thought, how many tokens, and how long it may
// still take; at what pace, for who points at it. Once a second, however many tokens come in it, and no screen reader is told.

import { element, setText } from "../dom/dom.ts";
import { restOfThought, timeLeft } from "../state/estimate.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { joined } from "../texts/numbers.ts";
import type { StepView } from "./step.ts";

/** Ms between two looks. */
const SECOND = 1000;

interface Options {
  turn: Turn;
  texts: Texts;
  signal: AbortSignal;
  /** The steps so far. */
  steps: () => readonly StepView[];
  /** A second of thinking has passed. */
  ticked: () => void;
}

export class Counter {
  readonly element = element("span", { class: "r1-counter", role: "timer", "aria-live": "off" });
  readonly #options: Options;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(options: Options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => clearInterval(this.#ticker), { once: true });
  }

  count(thinkingNow: boolean): void {
    if (!thinkingNow) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
      setText(this.element, "");
      this.element.title = "";
    } else if (this.#ticker === undefined) {
      this.#show();
      this.#ticker = setInterval(() => this.#tick(), SECOND);
    }
  }

  #tick(): void {
    this.#options.ticked();
    this.#show();
  }

  #show(): void {
    const { turn, texts } = this.#options;
    const { state, began, meter } = turn;
    const now = Date.now();
    const count = state.tokens?.reasoning ?? 0;
    const pace = meter.pace(now) ?? state.pace?.tokens_per_second;
    const seconds = began === undefined ? undefined : (now - began) / 1000;
    const left = state.limits ? timeLeft(state.limits, count, pace, texts) : "";
    const rest = state.limits ? restOfThought(state.limits, count, pace, texts) : "";
    const steps = this.#options.steps();
    const last = steps.at(-1);
    setText(
      this.element,
      joined([
        last ? texts.stepNow(steps.length, last.kind) : "",
        texts.counter(seconds, count, undefined, left),
      ]),
    );
    this.element.title = joined([pace === undefined ? "" : texts.rate(pace), rest]);
  }
}
