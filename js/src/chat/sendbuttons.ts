// The round buttons of the composer. The one at the end sends what is typed; while something can be stopped and nothing is typed,
// it stops. With both to do there are both, and Send stays at the end.

import { button, relabel } from "../kit/button.ts";
import { ARROW_UP, STOP } from "../kit/icons.ts";
import type { Texts } from "../texts/index.ts";

export interface Doable {
  /** Whether there is something to send. */
  draft: boolean;
  /** Whether it is on its way. */
  sending: boolean;
  stoppable: boolean;
  stopping: boolean;
}

export class SendButtons {
  readonly send: HTMLButtonElement;
  readonly stop: HTMLButtonElement;
  readonly #texts: Texts;

  constructor(texts: Texts, signal: AbortSignal, stop: () => void) {
    this.#texts = texts;
    const looks = { bare: true, look: "solid" } as const;
    this.send = button(texts.send, { ...looks, icon: ARROW_UP, type: "submit", class: "r1-send" });
    this.stop = button(texts.stop, { ...looks, icon: STOP, class: "r1-stop", hidden: true });
    // As the button goes down, from the first instant on. Stop stands where Send was: the second half of a double click is no press.
    this.stop.addEventListener(
      "mousedown",
      ({ button: which, detail }) => which === 0 && detail < 2 && stop(),
      { signal },
    );
    // By a key, or by what speaks for the reader; of the mouse it has been heard.
    this.stop.addEventListener("click", ({ detail }) => detail === 0 && stop(), { signal });
  }

  show({ draft, sending, stoppable, stopping }: Doable): void {
    this.stop.hidden = !stoppable;
    this.send.hidden = stoppable && (sending || !draft);
    this.send.disabled = sending || !draft;
    relabel(this.stop, stopping ? this.#texts.stopping : this.#texts.stop);
    this.stop.setAttribute("aria-disabled", String(stopping));
  }
}
