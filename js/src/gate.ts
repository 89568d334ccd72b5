// A button for an act that the engine may not be able to do: it stays where it is, and says why.

import { button } from "./dom.ts";
import type { Act, Store } from "./store.ts";

export class Gate {
  readonly button: HTMLButtonElement;
  readonly #store: Store;
  readonly #act: Act | undefined;
  readonly #title: string;

  /** `act`: what the engine must be able to do; none for what always works. */
  constructor(
    store: Store,
    act: Act | undefined,
    label: string,
    title: string,
    signal: AbortSignal,
    press: () => void,
  ) {
    this.#store = store;
    this.#act = act;
    this.#title = title;
    this.button = button(label, { class: "r1-quiet r1-steer", title });
    this.button.addEventListener(
      "click",
      () => {
        if (this.button.getAttribute("aria-disabled") !== "true") press();
      },
      { signal },
    );
    this.update();
  }

  update(): void {
    const reason = this.#act && this.#store.cannot(this.#act);
    this.button.setAttribute("aria-disabled", String(reason !== undefined));
    this.button.title = reason ?? this.#title;
  }
}
