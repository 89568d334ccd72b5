// A text that a person changes, in its place: a plain field with the browser's own undo. What is sent makes a version; until
// that is there the text stays in the field.

import { element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { CUT } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { Refusal } from "../wire/commands.ts";
import type { Part } from "../wire/protocol.ts";

/** Pixels of the field at most; from there on it scrolls. */
const TALLEST = 420;
/** Characters that are higher than that; a longer text isn't measured at each key. */
const LONG = 12_000;

export interface EditorOptions {
  store: Store;
  turn: Turn;
  part: Part;
  signal: AbortSignal;
  /** It is open, or closed again: the text itself is hidden meanwhile. */
  opened: (open: boolean) => void;
}

export class Editor {
  readonly element: HTMLElement;
  readonly #options: EditorOptions;
  readonly #field: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #hint = element("span", { class: "r1-hint", role: "status" });
  #before: HTMLElement | undefined;

  constructor(options: EditorOptions) {
    this.#options = options;
    const { store, part, signal } = options;
    const { texts } = store;
    this.#field = element("textarea", {
      class: "r1-field",
      "aria-label": texts.editPart(part),
      title: texts.editKeys,
      dir: "auto",
      lang: "",
      spellcheck: "false",
    });
    this.#send = button(part === "question" ? texts.askThis : texts.continueHere, {
      look: "solid",
      title: part === "question" ? texts.askThisHint : texts.continueEditedHint,
    });
    const cut = button(texts.cutAfter, { icon: CUT, title: texts.cutAfterHint, class: "r1-cut" });
    const cancel = button(texts.cancelEdit, { title: texts.cancelEditHint });
    this.element = element(
      "div",
      { class: "r1-editor", role: "group", "aria-label": texts.editPart(part), hidden: true },
      this.#field,
      element("div", { class: "r1-editor-foot" }, cut, this.#hint, cancel, this.#send),
    );
    cut.hidden = part === "question";
    this.#field.addEventListener("input", () => this.#changed(), { signal });
    this.#field.addEventListener("keydown", event => this.#key(event), { signal });
    this.#send.addEventListener("click", () => void this.#submit(), { signal });
    cut.addEventListener("click", () => this.#cut(), { signal });
    cancel.addEventListener("click", () => this.#cancel(), { signal });
    store.listen(change => {
      if (change.type === "turns" && this.#send.disabled) this.#taken();
    }, signal);
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** With the text as it is, or as the person left it. */
  open(focus = true): void {
    const { store, turn, part, opened } = this.#options;
    this.#before = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
    this.#field.value = store.drafts.get(turn.state.id, part) ?? this.#text;
    this.element.hidden = false;
    opened(true);
    this.#fit();
    if (!focus) return;
    this.#field.focus({ preventScroll: true });
    this.#field.setSelectionRange(this.#field.value.length, this.#field.value.length);
  }

  get #text(): string {
    const { turn, part } = this.#options;
    return part === "question" ? turn.state.question : turn.texts[part].value.trim();
  }

  #changed(): void {
    const { store, turn, part } = this.#options;
    store.drafts.set(turn.state.id, part, this.#field.value);
    this.#fit();
    setText(this.#hint, "");
  }

  #fit(): void {
    if (this.#field.value.length > LONG) {
      this.#field.style.height = `${TALLEST}px`;
      return;
    }
    this.#field.style.height = "auto";
    const height = this.#field.scrollHeight;
    if (height > 0) this.#field.style.height = `${Math.min(height + 2, TALLEST)}px`;
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.#submit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#close();
    }
  }

  /** Away with what is behind the cursor; by the editor's own command, so that undo brings it back. */
  #cut(): void {
    const { selectionStart, value } = this.#field;
    this.#field.focus();
    // Without a selection the command would take the letter before the cursor.
    if (selectionStart === value.length) return;
    this.#field.setSelectionRange(selectionStart, value.length);
    if (!document.execCommand("delete")) this.#field.setRangeText("");
    this.#changed();
  }

  async #submit(): Promise<void> {
    const { store, turn, part, signal } = this.#options;
    const text = this.#field.value;
    if (this.#send.disabled) return;
    this.#wait(true);
    try {
      await store.steer({ type: "edit", turn: turn.state.id, part, text });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refusal)) setText(this.#hint, store.texts.disconnected);
      this.#wait(false);
    }
  }

  #wait(waits: boolean): void {
    this.#send.disabled = waits;
    this.#field.readOnly = waits;
    this.element.setAttribute("aria-busy", String(waits));
  }

  /** A turn has come; if it is the version that was asked for, the draft has done its work. */
  #taken(): void {
    const { store, turn, part } = this.#options;
    const last = store.turns.all.at(-1)?.state;
    if (last?.version?.of !== turn.state.id || last.version.part !== part) return;
    store.drafts.set(turn.state.id, part, undefined);
    this.#wait(false);
    this.#close();
  }

  #cancel(): void {
    const { store, turn, part } = this.#options;
    store.drafts.set(turn.state.id, part, undefined);
    this.#close();
  }

  /** What was changed is there when it is opened again. */
  #close(): void {
    this.element.hidden = true;
    this.#options.opened(false);
    if (this.#before?.isConnected) this.#before.focus({ preventScroll: true });
  }
}
