// A model as anywidget gives one, where there is no kernel: its traits are this page's, and what is sent to it is answered here.

import type { AnyModel } from "@anywidget/types";
import type { ChatTraits } from "./model.ts";
import type { ToKernel } from "./tokernel.ts";
import { USUAL } from "./usual.ts";

type Listener = () => void;

const TRAITS: ChatTraits = {
  _library: "anywidget:library",
  engine_status: { state: "ready", model: "", text: "" },
  blocking: false,
  model_name: "",
  language: "auto",
  unfold: "auto",
  turn_settings: USUAL,
  suggestions: null,
  called: "",
  is_again: false,
  kept: "journal",
  before: {},
};

export class LocalModel {
  readonly #traits: ChatTraits;
  readonly #receive: (message: ToKernel) => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  #isThere = true;

  constructor(traits: Partial<ChatTraits>, receive: (message: ToKernel) => void) {
    this.#traits = { ...TRAITS, ...traits };
    this.#receive = receive;
  }

  /** What the front end holds of it. */
  get model(): AnyModel<ChatTraits> {
    return {
      get: (name: keyof ChatTraits) => this.#traits[name],
      set: (name: keyof ChatTraits, value: never) => {
        this.#traits[name] = value;
        this.#tell(`change:${name}`);
      },
      on: (name: string, listener: Listener) => void this.#heard(name).add(listener),
      off: (name: string, listener: Listener) => void this.#heard(name).delete(listener),
      save_changes: () => {},
      send: (message: ToKernel) => void queueMicrotask(() => this.#receive(message)),
      widget_manager: { get_model: async () => ({ comm_live: this.#isThere }) },
    } as unknown as AnyModel<ChatTraits>;
  }

  /** As a model whose kernel is gone. */
  die(): void {
    this.#isThere = false;
    this.#tell("comm_live_update");
  }

  #heard(name: string): Set<Listener> {
    const known = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, known);
    return known;
  }

  #tell(name: string): void {
    for (const listener of this.#heard(name)) listener();
  }
}
