// The sentence before a long thought on a slow machine. It stands under the thought's header until the thinking ends.

import { element, setText } from "./dom.ts";
import { warning } from "./estimate.ts";
import type { Turn } from "./turns.ts";

/** By which factor the pace must have changed for the sentence to come or go in the middle of a turn. */
const NEWS = 1.5;

export class Warning {
  readonly element = element("p", { class: "r1-warning" });
  readonly #turn: Turn;
  readonly #announce: (text: string) => void;
  #announced = false;
  /** The pace at which it was decided whether to warn. */
  #decidedAt: number | undefined;

  constructor(turn: Turn, announce: (text: string) => void) {
    this.#turn = turn;
    this.#announce = announce;
  }

  /** Whether there is anything to warn of now. */
  update(): boolean {
    const text = this.#text();
    setText(this.element, text);
    if (text !== "" && !this.#announced) {
      this.#announced = true;
      this.#announce(text);
    }
    return text !== "";
  }

  #text(): string {
    const { state, texts, meter } = this.#turn;
    // Before the thought it is not too late; and where the prompt doesn't open one, none may come.
    const thinks = state.opens_thinking === true || texts.reasoning.begun;
    if (state.state !== "running" || texts.answer.begun || !thinks || !state.limits) {
      this.#decidedAt = undefined;
      return "";
    }
    const before = this.element.textContent ?? "";
    const pace = meter.pace(Date.now()) ?? state.pace?.tokens_per_second;
    if (pace === undefined) return before;
    const text = warning(state.limits, pace);
    const at = this.#decidedAt;
    if (at === undefined || pace > at * NEWS || pace < at / NEWS) {
      this.#decidedAt = pace;
      return text;
    }
    return before && (text || before);
  }
}
