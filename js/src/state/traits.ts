// The traits of a chat, as the page reads them: a value that can't be one is as if it weren't there. Some of them a person changes
// here, for every view of the chat and for the kernel.

import type { Before } from "../texts/en/keeping.ts";
import { isLanguage, type Language } from "../texts/index.ts";
import { isEngineStatus } from "../wire/guard.ts";
import type { Chat, ChatTraits, TurnSettings, Unfold } from "../wire/model.ts";
import type { EngineStatus } from "../wire/protocol.ts";
import { USUAL } from "../wire/usual.ts";

/** What an engine may not be able to do. */
export type Act = "answer_now" | "budget" | "think_more" | "continue" | "ask";

type Seen = "engine" | "unfold" | "settings" | "suggestions" | "before" | "language";

/** Those that aren't as usual. */
export function changedSettings(settings: TurnSettings): (keyof TurnSettings)[] {
  const names = Object.keys(USUAL) as (keyof TurnSettings)[];
  return names.filter(name => settings[name] !== USUAL[name]);
}

export class Traits {
  readonly #model: Chat["model"];

  constructor({ model, signal }: Chat, changed: (what: Seen) => void) {
    this.#model = model;
    const watch = (name: keyof ChatTraits, what: Seen) => {
      const heard = () => changed(what);
      model.on(`change:${name}`, heard);
      signal.addEventListener("abort", () => model.off(`change:${name}`, heard), { once: true });
    };
    watch("engine_status", "engine");
    watch("unfold", "unfold");
    watch("predict", "unfold"); // what is to be seen is another
    watch("before", "before");
    watch("turn_settings", "settings");
    watch("suggestions", "suggestions");
    watch("called", "suggestions"); // one of them names the chat
    watch("language", "language");
  }

  get engine(): EngineStatus | undefined {
    const status: unknown = this.#model.get("engine_status");
    return isEngineStatus(status) ? status : undefined;
  }

  get modelName(): string {
    const name: unknown = this.#model.get("model_name");
    return typeof name === "string" ? name : "";
  }

  /** The model as a person calls it: without whose it is. */
  get modelTitle(): string {
    const { engine } = this;
    return engine?.about?.title || (this.modelName || engine?.model || "").split("/").at(-1) || "";
  }

  /** What to run to show this chat; empty: nobody knows. */
  get called(): string {
    return String(this.#model.get("called") ?? "");
  }

  /** Whether its cell was run again and brought it back. */
  get isAgain(): boolean {
    return this.#model.get("is_again") === true;
  }

  /** Whether nothing of it is kept anywhere. */
  get isPrivate(): boolean {
    return this.#model.get("kept") === "nowhere";
  }

  /** What its cell had before it, as long as it is empty. */
  get before(): Before | undefined {
    const { turns, at, interrupted } = this.#model.get("before") ?? {};
    if (typeof turns !== "number" || typeof at !== "string" || Number.isNaN(Date.parse(at))) return undefined;
    return { turns, at, interrupted: interrupted === true };
  }

  /** Whether a notebook cell is waiting for a turn of this chat. */
  get isBlocking(): boolean {
    return Boolean(this.#model.get("blocking"));
  }

  /** When a thought is open, as long as the reader has not said otherwise. */
  get unfold(): Unfold {
    const mode: unknown = this.#model.get("unfold");
    return mode === "always" || mode === "never" ? mode : "auto";
  }

  /** The person chooses; every view of the chat hears of it, and the kernel. */
  setUnfold(mode: Unfold): void {
    this.#model.set("unfold", mode);
    this.#model.save_changes();
  }

  /** Whether an answer is hidden until its reader has written what they expect. Nobody writes in a page that is a file. */
  get predict(): boolean {
    return this.#model.get("predict") === true && !this.isReadOnly;
  }

  setPredict(predict: boolean): void {
    this.#model.set("predict", predict);
    this.#model.save_changes();
  }

  /** Of the interface; what isn't a language is the browser's. */
  get language(): "auto" | Language {
    const chosen: unknown = this.#model.get("language");
    return typeof chosen === "string" && isLanguage(chosen) ? chosen : "auto";
  }

  /** The person chooses, for every view of the chat. */
  setLanguage(language: "auto" | Language): void {
    this.#model.set("language", language);
    this.#model.save_changes();
  }

  /** Those of turns to come. */
  get turnSettings(): TurnSettings {
    const settings: unknown = this.#model.get("turn_settings");
    return { ...USUAL, ...(typeof settings === "object" ? settings : {}) };
  }

  /** Questions to begin with; undefined: those that suit the model. */
  get suggestions(): string[] | undefined {
    const given: unknown = this.#model.get("suggestions");
    return Array.isArray(given) ? given.filter(each => typeof each === "string") : undefined;
  }

  /** Whether there is no kernel to ask anything of, nor will there be: a page that is a file. */
  get isReadOnly(): boolean {
    return this.#model.get("read_only") === true;
  }

  /** Why the engine can't carry out an act of steering; undefined: it can. Empty: there is nobody to ask. */
  cannot(act: Act): string | undefined {
    return this.isReadOnly ? "" : this.engine?.cannot?.[act];
  }
}
