// What the cell of a new chat had before: a line that says so, until the chat has begun. Go on with it, or look at it first.

import { archive } from "../archive/archive.ts";
import { element } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { icon } from "../kit/icon.ts";
import { PAST } from "../kit/icons.ts";
import { Store } from "../state/store.ts";
import { Refusal } from "../wire/commands.ts";

/** Draws a chat. Handed in, for what draws one has this line in it. */
type Render = (store: Store, el: HTMLElement, signal: AbortSignal) => void;

export class BeforeLine {
  readonly element = element("div", { class: "r1-before", hidden: true });
  readonly #store: Store;
  readonly #render: Render;
  readonly #said = element("span", { role: "status" });
  readonly #looks: HTMLButtonElement;
  readonly #shown = element("div", { class: "r1-before-shown", hidden: true });
  #looking: AbortController | undefined;

  constructor(store: Store, signal: AbortSignal, render: Render) {
    this.#store = store;
    this.#render = render;
    const { texts } = store;
    const resume = button(texts.goOn, { look: "outlined" });
    this.#looks = button(texts.look, { "aria-expanded": "false" });
    resume.addEventListener("click", () => void this.#goOn(), { signal });
    this.#looks.addEventListener("click", () => void this.#look(), { signal });
    this.element.append(
      element("div", { class: "r1-before-line" }, icon(PAST), this.#said, resume, this.#looks),
      this.#shown,
    );
    store.listen(change => change.type === "before" && this.update(), signal);
    signal.addEventListener("abort", () => this.#close(), { once: true });
    this.update();
  }

  update(): void {
    const { before } = this.#store.traits;
    this.element.hidden = before === undefined;
    if (before) this.#said.textContent = this.#store.texts.before(before, new Date(before.at));
    else this.#close();
  }

  async #goOn(): Promise<void> {
    await this.#store.requests.restore().catch(() => {});
  }

  async #look(): Promise<void> {
    if (this.#looking) return this.#close();
    const looking = new AbortController();
    this.#looking = looking;
    this.#looks.setAttribute("aria-expanded", "true");
    try {
      const { turns, active } = await this.#store.requests.look();
      if (looking.signal.aborted) return;
      const { modelName: model, unfold } = this.#store.traits;
      const past = new Store(archive({ turns, active: active ?? null, model, unfold }, looking.signal));
      this.#render(past, this.#shown, looking.signal);
      past.open();
      this.#shown.hidden = false;
    } catch (error) {
      this.#close();
      if (!(error instanceof Refusal)) console.warn("[r1widget]", error);
    }
  }

  #close(): void {
    this.#looking?.abort();
    this.#looking = undefined;
    this.#looks.setAttribute("aria-expanded", "false");
    this.#shown.hidden = true;
    this.#shown.replaceChildren();
  }
}
