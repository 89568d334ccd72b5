// The end of this conversation: asked once more in its place, since nothing brings it back.

import { element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { CLEAR } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";

export class Clearing {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #begin: HTMLButtonElement;
  readonly #keep: HTMLButtonElement;
  readonly #question = element("span", { class: "r1-clear-question" });
  readonly #asks: HTMLElement;

  /** `cleared`: it has been forgotten. */
  constructor(store: Store, signal: AbortSignal, cleared: () => void) {
    this.#store = store;
    const { texts } = store;
    this.#begin = button(texts.clearChat, { icon: CLEAR, title: texts.clearChatHint });
    const forget = button(texts.clear, { look: "outlined", class: "r1-forget" });
    this.#keep = button(texts.keep, { look: "outlined" });
    this.#asks = element(
      "span",
      { class: "r1-clear-asks", hidden: true },
      this.#question,
      forget,
      this.#keep,
    );
    this.element = element("div", { class: "r1-clear" }, this.#begin, this.#asks);
    this.#begin.addEventListener("click", () => this.#ask(true), { signal });
    this.#keep.addEventListener("click", () => this.#ask(false), { signal });
    forget.addEventListener("click", () => void this.#clear(cleared), { signal });
    // Escape takes back the question first, and closes the panel then.
    this.#asks.addEventListener("keydown", event => this.#key(event), { signal });
    this.update();
  }

  /** How much there is to forget. */
  update(): void {
    const { texts, turns } = this.#store;
    const count = turns.list.length;
    setText(this.#question, texts.forget(count));
    this.#begin.setAttribute("aria-disabled", String(count === 0));
    this.#begin.title = count === 0 ? texts.nothingToClear : texts.clearChatHint;
    if (count === 0 && !this.#asks.hidden) this.#ask(false);
  }

  #ask(asks: boolean): void {
    if (asks && this.#begin.getAttribute("aria-disabled") === "true") return;
    this.#asks.hidden = !asks;
    this.#begin.hidden = asks;
    // The harmless answer has the keyboard: who presses Enter twice has lost nothing.
    (asks ? this.#keep : this.#begin).focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#ask(false);
  }

  async #clear(cleared: () => void): Promise<void> {
    cleared();
    // Why not is said in a notice.
    await this.#store.requests.clear().catch(() => {});
  }
}
