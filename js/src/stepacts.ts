// What can be done from a step: go on behind it, once or several times. One small group of buttons, which stands in the step
// that the pointer is on; for the keyboard the outline has the same for the step that it marks.

import { element } from "./dom.ts";
import { Gate } from "./gate.ts";
import type { StepView } from "./step.ts";
import type { Store } from "./store.ts";
import { codePoints } from "./text.ts";
import type { Turn } from "./turns.ts";

/** Continuations of one press. */
const FORK = 4;

export class StepActs {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #turn: Turn;
  readonly #gates: Gate[];
  #step: StepView | undefined;

  constructor(store: Store, turn: Turn, signal: AbortSignal) {
    this.#store = store;
    this.#turn = turn;
    const { texts } = store;
    const go = new Gate(store, "continue", texts.continueHere, texts.continueHereHint, signal, () =>
      this.#go(1),
    );
    const fork = new Gate(store, "continue", texts.fork(FORK), texts.forkHint(FORK), signal, () =>
      this.#go(FORK),
    );
    this.#gates = [go, fork];
    this.element = element("span", { class: "r1-step-acts" }, go.button, fork.button);
  }

  /** Not to be reached with Tab: a thousand steps would be a thousand stops. */
  forPointer(): this {
    for (const { button } of this.#gates) button.tabIndex = -1;
    return this;
  }

  /** They are for this step now. */
  stand(step: StepView | undefined, inside?: Element): void {
    this.#step = step;
    for (const gate of this.#gates) gate.update();
    if (inside && this.element.parentElement !== inside) inside.append(this.element);
    if (!step && inside === undefined) this.element.remove();
  }

  set step(step: StepView | undefined) {
    this.#step = step;
    for (const gate of this.#gates) {
      gate.update();
      gate.button.hidden = step === undefined;
    }
  }

  #go(n: number): void {
    if (!this.#step) return;
    const text = this.#turn.texts.reasoning.value;
    const at = codePoints(text.slice(0, this.#step.end));
    this.#store
      .steer({ type: "continue_from", turn: this.#turn.state.id, at, ...(n > 1 ? { n } : {}) })
      .catch(() => {});
  }
}
