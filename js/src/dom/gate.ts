// A button for an act that the engine may not be able to do: it stays where it is, and says why.

import type { Act, Store } from "../state/store.ts";
import { button, setText } from "./dom.ts";

export class Gate {
  readonly button: HTMLButtonElement;
  readonly #store: Store;
  readonly #act: Act | undefined;
  #title: string;

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

  /** It is for something else now; `name` is what it is called where that isn't all in its label. */
  call(label: string, title: string, name = label): void {
    setText(this.button, label);
    if (name !== label) this.button.setAttribute("aria-label", name);
    this.#title = title;
    this.update();
  }

  update(): void {
    const reason = this.#act && this.#store.cannot(this.#act);
    this.button.setAttribute("aria-disabled", String(reason !== undefined));
    this.button.title = reason ?? this.#title;
  }
}
