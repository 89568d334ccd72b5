// The sentence before a long thought on a slow machine. It stands under the thought's header until the thinking ends.

import { element, setText } from "../dom/dom.ts";
import { warning } from "../state/estimate.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";

/** By which factor the pace must have changed for the sentence to come or go in the middle of a turn. */
const NEWS = 1.5;

export class Warning {
  readonly element = element("p", { class: "r1-warning" });
  readonly #turn: Turn;
  readonly #announce: (text: string) => void;
  readonly #texts: Texts;
  #announced = false;
  /** The pace at which it was decided whether to warn. */
  #decidedAt: number | undefined;

  constructor(turn: Turn, announce: (text: string) => void, texts: Texts) {
    this.#turn = turn;
    this.#announce = announce;
    this.#texts = texts;
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
    const { state, texts: written, meter } = this.#turn;
    // Before the thought it is not too late; and where the prompt doesn't open one, none may come.
    const thinks = state.opens_thinking === true || written.reasoning.begun;
    if (state.state !== "running" || written.answer.begun || !thinks || !state.limits) {
      this.#decidedAt = undefined;
      return "";
    }
    const before = this.element.textContent ?? "";
    const pace = meter.pace(Date.now()) ?? state.pace?.tokens_per_second;
    if (pace === undefined) return before;
    const text = warning(state.limits, pace, this.#texts);
    const at = this.#decidedAt;
    if (at === undefined || pace > at * NEWS || pace < at / NEWS) {
      this.#decidedAt = pace;
      return text;
    }
    return before && (text || before);
  }
}
