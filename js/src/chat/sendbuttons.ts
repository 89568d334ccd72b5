// The round buttons of the composer. The one at the end sends what is typed; while something can be stopped and nothing is typed,
// it stops. With both to do there are both, and Send stays at the end.

import { onPress } from "../dom/dom.ts";
import { button, relabel } from "../kit/button.ts";
import { ARROW_UP, STOP } from "../kit/icons.ts";
import type { Texts } from "../texts/index.ts";

/** Ms in which a second press of the mouse is still the first one's: Stop stands where Send was. */
const DOUBLE = 400;

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
  #sent = Number.NEGATIVE_INFINITY;

  constructor(texts: Texts, signal: AbortSignal, stop: () => void) {
    this.#texts = texts;
    const looks = { bare: true, look: "solid" } as const;
    this.send = button(texts.send, { ...looks, icon: ARROW_UP, type: "submit", class: "r1-send" });
    this.stop = button(texts.stop, { ...looks, icon: STOP, class: "r1-stop", hidden: true });
    this.send.addEventListener(
      "click",
      event => {
        if (event.detail > 0) this.#sent = performance.now();
      },
      { signal },
    );
    const isNews = () => performance.now() - this.#sent > DOUBLE;
    onPress(this.stop, () => isNews() && stop(), signal);
  }

  show({ draft, sending, stoppable, stopping }: Doable): void {
    this.stop.hidden = !stoppable;
    this.send.hidden = stoppable && (sending || !draft);
    this.send.disabled = sending || !draft;
    relabel(this.stop, stopping ? this.#texts.stopping : this.#texts.stop);
    this.stop.setAttribute("aria-disabled", String(stopping));
  }
}
