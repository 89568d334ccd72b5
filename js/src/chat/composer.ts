// Where a question is typed. The draft is the page's until the kernel has read it.

import { activeIn, element, setText, uniqueId } from "../dom/dom.ts";
import { fitToText } from "../dom/fit.ts";
import type { Store } from "../state/store.ts";
import type { Texts } from "../texts/index.ts";
import { Refusal } from "../wire/commands.ts";
import { isVisible } from "./question.ts";
import { Recall } from "./recall.ts";
import { SendButtons } from "./sendbuttons.ts";
import { Upcoming } from "./upcoming.ts";

export interface ComposerOptions {
  store: Store;
  signal: AbortSignal;
  /** A question has been taken. */
  sent: () => void;
}

export class Composer {
  readonly element: HTMLFormElement;
  readonly #options: ComposerOptions;
  readonly #texts: Texts;
  readonly #text: HTMLTextAreaElement;
  readonly #buttons: SendButtons;
  readonly #recall: Recall;
  readonly #keys = element("span", { class: "r1-keys", id: uniqueId("keys") });
  readonly #hint = element("span", { class: "r1-hint", role: "status", hidden: true });
  #sending = false;
  #restored = false;

  constructor(options: ComposerOptions) {
    this.#options = options;
    const { signal, store } = options;
    const { texts } = store;
    this.#texts = texts;
    this.#text = element("textarea", {
      class: "r1-draft",
      rows: "1",
      placeholder: texts.ask,
      "aria-label": texts.ask,
      "aria-describedby": this.#keys.id,
      enterkeyhint: "send",
    });
    this.#buttons = new SendButtons(texts, signal, () => this.#stopRunning());
    this.#recall = new Recall(() => store.turns.all.map(({ state }) => state.question));
    const upcoming = new Upcoming(store, signal);
    const { send, stop } = this.#buttons;
    const line = element("div", { class: "r1-compose-line" }, upcoming.button, this.#text, stop, send);
    const field = element("div", { class: "r1-compose" }, upcoming.element, line);
    this.element = element(
      "form",
      { class: "r1-composer" },
      field,
      element("div", { class: "r1-composer-foot" }, this.#keys, this.#hint),
    );
    this.element.addEventListener(
      "submit",
      event => {
        event.preventDefault();
        void this.#submit();
      },
      { signal },
    );
    // All of the field is the text's, where nothing else stands.
    line.addEventListener("click", ({ target }) => target === line && this.#text.focus(), { signal });
    this.#text.addEventListener("keydown", event => this.#key(event), { signal });
    this.#text.addEventListener(
      "input",
      () => {
        store.drafts.set("", "question", this.#text.value);
        this.#changed();
      },
      { signal },
    );
    this.update();
  }

  /** What can be stopped, or is being stopped, has changed. */
  update(): void {
    const { known, drafts } = this.#options.store;
    if (known && !this.#restored) {
      this.#restored = true;
      this.#text.value ||= drafts.get("", "question") ?? "";
    }
    this.#changed();
  }

  focus(): void {
    this.#text.focus({ preventScroll: true });
  }

  /** A question that nobody has typed. What has been typed stays. */
  async ask(question: string): Promise<void> {
    if (this.#sending) return;
    const typed = this.#text.value;
    this.#text.value = question;
    this.#changed();
    this.focus();
    await this.#submit();
    if (typed === "") return;
    this.#text.value = typed;
    this.#options.store.drafts.set("", "question", typed);
    this.#changed();
  }

  #changed(): void {
    const { stoppable: id, stopping: stopped } = this.#options.store;
    const { send, stop } = this.#buttons;
    const focused = [send, stop].find(activeIn);
    const [stoppable, stopping] = [id !== undefined, id !== undefined && stopped.has(id)];
    this.#buttons.show({ draft: isVisible(this.#text.value), sending: this.#sending, stoppable, stopping });
    // A button that disappears under the fingers leaves the keyboard nowhere.
    if (focused && (focused.hidden || focused.disabled)) this.#text.focus();
    const { keys, keysRunning, stopping: ends } = this.#texts;
    setText(this.#keys, stopping ? ends : stoppable ? keysRunning : keys);
    fitToText(this.#text);
  }

  #key(event: KeyboardEvent): void {
    // Enter that accepts a word of an input method sends nothing. 229: how Safari says so after `isComposing` has ended.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void this.#submit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#stopRunning();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      this.#bringBack(event);
    }
  }

  /** A question that was asked before. Where the cursor isn't at the end, the arrows move it. */
  #bringBack(event: KeyboardEvent): void {
    const { value, selectionStart, readOnly } = this.#text;
    const isPlain = !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey);
    if (!isPlain || readOnly || selectionStart !== value.length) return;
    const question = this.#recall.go(event.key === "ArrowUp", value);
    if (question === undefined) return;
    event.preventDefault();
    this.#text.value = question;
    this.#text.setSelectionRange(question.length, question.length);
    this.#changed();
    this.#text.scrollTop = this.#text.scrollHeight;
  }

  #stopRunning(): void {
    const { store } = this.#options;
    if (store.stoppable !== undefined) void store.stop(store.stoppable);
  }

  async #submit(): Promise<void> {
    const { store, sent } = this.#options;
    const text = this.#text.value.trim();
    if (this.#buttons.send.disabled) return;
    this.#setSending(true);
    try {
      await store.ask(text, () => this.#say(this.#texts.askWaits));
      this.#text.value = "";
      store.drafts.set("", "question", undefined);
      this.#say("");
      sent();
    } catch (error) {
      // Why it was refused is said in a notice.
      this.#say(error instanceof Refusal ? "" : this.#texts.disconnected);
    }
    this.#setSending(false);
  }

  #setSending(sending: boolean): void {
    this.#sending = sending;
    // Read-only, not disabled: a disabled field loses the keyboard.
    this.#text.readOnly = sending;
    this.element.setAttribute("aria-busy", String(sending));
    this.#changed();
  }

  #say(text: string): void {
    this.#hint.hidden = text === "";
    this.#keys.hidden = text !== "";
    setText(this.#hint, text);
  }
}
