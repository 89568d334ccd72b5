// Where a question is typed. The draft is the page's until the kernel has read it.

import { element, onPress, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import type { Store } from "../state/store.ts";
import type { Texts } from "../texts/index.ts";
import { Refusal } from "../wire/commands.ts";
import { isVisible } from "./question.ts";

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
  readonly #send: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #hint = element("div", { class: "r1-hint", role: "status", hidden: true });
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
      title: texts.keys,
      enterkeyhint: "send",
    });
    this.#send = element("button", { type: "submit", class: "r1-send" }, texts.send);
    this.#stop = button(texts.stop, { class: "r1-stop", hidden: true });
    this.element = element(
      "form",
      { class: "r1-composer" },
      element("div", { class: "r1-compose" }, this.#text, this.#stop, this.#send),
      this.#hint,
    );
    this.element.addEventListener(
      "submit",
      event => {
        event.preventDefault();
        void this.#submit();
      },
      { signal },
    );
    this.#text.addEventListener("keydown", event => this.#key(event), { signal });
    this.#text.addEventListener(
      "input",
      () => {
        store.drafts.set("", "question", this.#text.value);
        this.#changed();
      },
      { signal },
    );
    onPress(this.#stop, () => this.#stopRunning(), signal);
    this.update();
  }

  /** What can be stopped, or is being stopped, has changed. */
  update(): void {
    const { stoppable, stopping: stopped, known, drafts } = this.#options.store;
    if (known && !this.#restored) {
      this.#restored = true;
      this.#text.value ||= drafts.get("", "question") ?? "";
    }
    const hadFocus = this.#stop.getRootNode() instanceof Document && document.activeElement === this.#stop;
    this.#stop.hidden = stoppable === undefined;
    // A button that disappears under the fingers leaves the keyboard nowhere.
    if (hadFocus && this.#stop.hidden) this.#text.focus();
    const stopping = stoppable !== undefined && stopped.has(stoppable);
    setText(this.#stop, stopping ? this.#texts.stopping : this.#texts.stop);
    this.#stop.setAttribute("aria-disabled", String(stopping));
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
    this.#send.disabled = this.#sending || !isVisible(this.#text.value);
    this.#text.style.height = "auto";
    // The stylesheet limits it; from there on it scrolls.
    if (this.#text.scrollHeight > 0) this.#text.style.height = `${this.#text.scrollHeight}px`;
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
    }
  }

  #stopRunning(): void {
    const { store } = this.#options;
    if (store.stoppable !== undefined) void store.stop(store.stoppable);
  }

  async #submit(): Promise<void> {
    const { store, sent } = this.#options;
    const text = this.#text.value.trim();
    if (this.#send.disabled) return;
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
    setText(this.#send, sending ? this.#texts.sending : this.#texts.send);
    this.#changed();
  }

  #say(text: string): void {
    this.#hint.hidden = text === "";
    setText(this.#hint, text);
  }
}
