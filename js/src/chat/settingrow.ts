// One setting in a row: its name, what it is set with, and the way back to the usual. A value that can't be stays where it was
// typed, with the reason below it.

import { activeIn, element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import type { Field } from "../kit/field.ts";
import { RESET } from "../kit/icons.ts";
import type { Texts } from "../texts/index.ts";
import { Refusal } from "../wire/commands.ts";

export interface Setting<T> {
  /** For whoever looks for it. */
  name: string;
  label: string;
  /** What it is, in a sentence. */
  hint?: string;
  field: Field<T>;
  usual: T;
  /** As it is now. */
  current: () => T;
  /** What it is to be; rejects with a `Refusal` that says why it can't. */
  set: (value: T) => unknown;
  /** What is wrong with a value; empty: nothing. */
  check?: (value: T) => string;
  /** Why nothing can be set here. */
  cannot?: () => string | undefined;
  /** What there is to say below it, of what stands there. */
  note?: (value: T | undefined) => string;
}

export class SettingRow<T> {
  readonly element: HTMLElement;
  readonly setting: Setting<T>;
  readonly #texts: Texts;
  readonly #reset: HTMLButtonElement;
  readonly #note = element("p", { class: "r1-setting-note", hidden: true });
  readonly #said = element("p", { class: "r1-setting-said", role: "status", hidden: true });
  /** What stands there because it holds, and what was last asked for. */
  #shown: T | undefined;
  #asked: T | undefined;

  constructor(setting: Setting<T>, texts: Texts, signal: AbortSignal) {
    this.setting = setting;
    this.#texts = texts;
    const { name, label, hint, field } = setting;
    const { id } = field.main;
    const called = { class: "r1-setting-name", title: hint };
    this.#reset = button(texts.resetSetting(label), { icon: RESET, bare: true, class: "r1-reset" });
    this.element = element(
      "div",
      { class: "r1-setting", "data-setting": name },
      // A group of several has its own name.
      id ? element("label", { ...called, for: id }, label) : element("span", called, label),
      element("div", { class: "r1-setting-field" }, ...field.parts),
      this.#reset,
      this.#note,
      this.#said,
    );
    field.changed = () => this.commit();
    this.#reset.addEventListener("click", () => this.reset(), { signal });
    this.update();
  }

  get isUsual(): boolean {
    return this.setting.current() === this.setting.usual;
  }

  /** It, or what can be set, may have changed. */
  update(): void {
    const { field, current, cannot } = this.setting;
    const now = current();
    const isTyping = field.isBusy && field.value !== this.#shown;
    // What was refused, or is on its way, stays as long as what holds is the same.
    if (now !== this.#shown && !isTyping) {
      this.#shown = now;
      this.#asked = undefined;
      field.show(now);
      this.#say("");
    }
    const reason = cannot?.();
    field.forbid?.(reason);
    this.element.toggleAttribute("data-changed", !this.isUsual);
    const hadFocus = activeIn(this.#reset);
    this.#reset.hidden = this.isUsual || reason !== undefined;
    if (hadFocus && this.#reset.hidden) field.main.focus({ preventScroll: true });
    this.explain(field.value, reason);
  }

  /** What is to be said of a value that isn't decided yet. */
  explain(value: T | undefined, reason = this.setting.cannot?.()): void {
    const text = reason ?? this.setting.note?.(value) ?? "";
    setText(this.#note, text);
    this.#note.hidden = text === "";
  }

  /** What holds stands there again, whatever was typed. */
  restore(): void {
    this.#shown = undefined;
    this.update();
  }

  reset(): void {
    this.setting.field.show(this.setting.usual);
    this.commit();
  }

  /** What stands there is what the person wants. */
  commit(): void {
    const { field, check, cannot, current } = this.setting;
    const { value } = field;
    if (cannot?.() !== undefined) return;
    if (value === undefined) field.show(current());
    if (value === undefined) return;
    this.explain(value);
    const holds = value === current();
    if (holds || value !== this.#asked) this.#say("");
    if (holds || value === this.#asked) return;
    this.#asked = value;
    const wrong = check?.(value) ?? "";
    if (wrong) this.#say(wrong);
    else void this.#set(value);
  }

  async #set(value: T): Promise<void> {
    try {
      await this.setting.set(value);
    } catch (error) {
      if (this.#asked === value)
        this.#say(error instanceof Refusal ? error.message : this.#texts.disconnected);
    }
  }

  #say(text: string): void {
    setText(this.#said, text);
    this.#said.hidden = text === "";
    this.setting.field.main.setAttribute("aria-invalid", String(text !== ""));
  }
}
