// The line that says what the model is doing: its name, and while it loads how far it is.

import { element, setText } from "../dom/dom.ts";
import type { Store } from "../state/store.ts";
import type { EngineStatus } from "../wire/protocol.ts";

/** What a button in the line opens. */
interface Panel {
  button: HTMLElement;
  element: HTMLElement;
}

export class EngineBar {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #name = element("span", { class: "r1-model" });
  readonly #text = element("span", { class: "r1-engine-text" });
  readonly #progress = element("progress", { class: "r1-progress", hidden: true });
  readonly #alert = element("div", { class: "r1-alert", role: "alert", hidden: true });
  /** Whether the line is there also when there is nothing to tell. */
  readonly #always: boolean;

  constructor(store: Store, always: boolean, panels: readonly Panel[]) {
    this.#store = store;
    this.#always = always;
    this.element = element(
      "div",
      { class: "r1-engine" },
      element("div", { class: "r1-bar" }, this.#name, this.#text, ...panels.map(panel => panel.button)),
      ...panels.map(panel => panel.element),
      this.#progress,
      this.#alert,
    );
    this.update();
  }

  /** What stands beside the name. Of a model that is ready, its weights' precision; why it is that, on hover. */
  #sentence(status: EngineStatus | undefined): string {
    const { texts } = this.#store;
    if (status?.state === "ready") return status.bits ? texts.bits(status.bits) : "";
    return status?.state === "loading" ? texts.loading(status.text, status.stage) : "";
  }

  update(): void {
    const { engine: status, modelName } = this.#store.traits;
    const busy = status?.state === "loading";
    const failed = status?.state === "failed";
    this.element.hidden = !(this.#always || busy || failed);
    setText(this.#name, modelName || status?.model || "");
    setText(this.#text, this.#sentence(status));
    this.#text.title = status?.state === "ready" ? status.text : "";
    this.#alert.hidden = !failed;
    setText(this.#alert, failed ? status.text : "");
    this.#progress.hidden = !busy;
    if (!busy) return;
    if (status.total && status.done !== undefined) {
      this.#progress.max = status.total;
      this.#progress.value = Math.min(status.done, status.total);
    } else {
      this.#progress.removeAttribute("value");
    }
  }
}
