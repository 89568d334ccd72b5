// The head: how it stands with the model, which one it is, and what can be done with the chat as a whole. While the model loads
// there is a line that says how far it is, and where it failed, what is wrong.

import { element, setText } from "../dom/dom.ts";
import type { Store } from "../state/store.ts";
import type { EngineStatus } from "../wire/protocol.ts";
import { ModelPanel } from "./modelpanel.ts";
import { Status, standingOf } from "./status.ts";

/** A button in the head, and what it opens. */
export interface Tool {
  button: HTMLElement;
  element?: HTMLElement;
}

export class Head {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #status: Status;
  readonly #model: ModelPanel;
  /** The name where it can't be pressed: in a file, and on paper. */
  readonly #name = element("span", { class: "r1-model-name" });
  readonly #progress = element("progress", { class: "r1-progress", hidden: true });
  readonly #alert = element("div", { class: "r1-alert", role: "alert", hidden: true });
  /** Whether the head is there also when there is nothing to tell. */
  readonly #always: boolean;
  #hasKernel = true;
  #state: EngineStatus["state"] | undefined;

  constructor(store: Store, signal: AbortSignal, always: boolean, tools: readonly Tool[]) {
    this.#store = store;
    this.#always = always;
    this.#status = new Status(store);
    this.#model = new ModelPanel(store, signal);
    const { isReadOnly } = store.traits;
    const model = isReadOnly ? [] : [this.#model.button, this.#model.element];
    const parts = tools.flatMap(tool => (tool.element ? [tool.button, tool.element] : [tool.button]));
    this.element = element(
      "div",
      { class: "r1-engine" },
      element(
        "div",
        { class: "r1-bar" },
        this.#status.element,
        this.#name,
        ...model,
        element("div", { class: "r1-bar-tools" }, ...parts),
      ),
      this.#progress,
      this.#alert,
    );
    this.update();
  }

  /** Whether, as far as is known, there is somebody to ask. */
  set hasKernel(has: boolean) {
    this.#hasKernel = has;
    this.update();
  }

  /** A turn goes on. */
  follow(): void {
    this.#status.show(standingOf(this.#store, this.#hasKernel));
  }

  update(): void {
    const { engine: status } = this.#store.traits;
    const busy = status?.state === "loading";
    const failed = status?.state === "failed";
    this.element.hidden = !(this.#always || busy || failed);
    this.follow();
    this.#model.update();
    const { modelName, modelTitle } = this.#store.traits;
    setText(this.#name, modelTitle);
    this.#name.title = modelName;
    if (status?.state !== this.#state) {
      this.#state = status?.state;
      this.#model.stateChanged();
    }
    this.#alert.hidden = !failed;
    setText(this.#alert, failed ? status.text : "");
    this.#showProgress(status);
  }

  #showProgress(status: EngineStatus | undefined): void {
    this.#progress.hidden = status?.state !== "loading";
    if (this.#progress.hidden || !status) return;
    if (status.total && status.done !== undefined) {
      this.#progress.max = status.total;
      this.#progress.value = Math.min(status.done, status.total);
    } else {
      this.#progress.removeAttribute("value");
    }
  }
}
