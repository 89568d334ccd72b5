// What can be done from a step: go on behind it, once or several times, and what others add. One small group of buttons, which stands in the step
// that the pointer is on; for the keyboard the outline has the same for the step that it marks.

import { element } from "../dom/dom.ts";
import { ActionButton } from "../kit/actionbutton.ts";
import type { IconNode } from "../kit/icon.ts";
import type { Store } from "../state/store.ts";
import { codePoints } from "../state/text.ts";
import type { Turn } from "../state/turns.ts";
import type { StepView } from "./step.ts";

/** What somebody else does with a step. */
export interface StepAct {
  label: string;
  title: string;
  icon: IconNode;
  press: (step: StepView) => void;
}

export class StepActs {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #turn: Turn;
  readonly #fork: ActionButton;
  readonly #buttons: ActionButton[];
  #step: StepView | undefined;

  constructor(store: Store, turn: Turn, signal: AbortSignal, more: readonly StepAct[] = []) {
    this.#store = store;
    this.#turn = turn;
    const { texts } = store;
    const go = new ActionButton({
      able: store.traits,
      act: "continue",
      label: texts.continueHere,
      title: texts.continueHereHint,
      signal,
      press: () => this.#go(1),
    });
    this.#fork = new ActionButton({
      able: store.traits,
      act: "continue",
      label: "",
      title: "",
      signal,
      press: () => this.#go(store.forks),
    });
    const others = more.map(
      ({ press, ...act }) =>
        new ActionButton({
          able: store.traits,
          ...act,
          signal,
          press: () => this.#step && press(this.#step),
        }),
    );
    this.#buttons = [go, this.#fork, ...others];
    this.element = element("span", { class: "r1-step-acts" }, ...this.#buttons.map(({ button }) => button));
    this.#update();
  }

  /** Not to be reached with Tab: a thousand steps would be a thousand stops. */
  forPointer(): this {
    for (const { button } of this.#buttons) button.tabIndex = -1;
    return this;
  }

  /** They are for this step now. */
  stand(step: StepView | undefined, inside?: Element): void {
    this.#step = step;
    this.#update();
    if (inside && this.element.parentElement !== inside) inside.append(this.element);
    if (!step && inside === undefined) this.element.remove();
  }

  set step(step: StepView | undefined) {
    this.#step = step;
    this.#update();
    for (const { button } of this.#buttons) button.hidden = step === undefined;
  }

  #update(): void {
    const { forks, texts } = this.#store;
    this.#fork.call(texts.fork(forks), texts.forkHint(forks));
    for (const action of this.#buttons) action.update();
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
