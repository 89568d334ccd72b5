// Where a note is typed: a text that grows, and the reader's judgement. What was typed stays, in this tab, until it is saved or
// discarded; what is refused stays where it is, with the reason.

import { element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { Toggles } from "../kit/toggles.ts";
import type { Slot } from "../state/drafts.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { Verdict } from "../wire/checks.ts";
import { Refusal } from "../wire/commands.ts";
import type { WrittenNote } from "../wire/tokernel.ts";
import { SIGNS } from "./notesigns.ts";

export interface Typed {
  text: string;
  verdict?: Verdict | undefined;
}

interface Options {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  slot: Slot;
  /** What it is about. */
  label: string;
  /** Of the field. */
  asks: string;
  save: string;
  /** As it is, where it is there. */
  before?: Typed | undefined;
  /** Whether there is a judgement to be given, and whether the text may be another. */
  isJudged: boolean;
  isFixed?: boolean;
  /** Beside the button that saves. */
  more: readonly HTMLElement[];
  note: (typed: Typed) => WrittenNote;
  /** It has been saved. */
  saved: () => void;
  /** The reader wants to be elsewhere. */
  left?: () => void;
}

export class NoteForm {
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #field: HTMLTextAreaElement;
  readonly #verdicts: Toggles<Verdict> | undefined;
  readonly #save: HTMLButtonElement;
  readonly #hint = element("span", { class: "r1-hint", role: "status" });

  constructor(options: Options) {
    this.#options = options;
    const { store, turn, signal, slot, label, asks, save, before, isJudged, isFixed, more } = options;
    const { texts } = store;
    this.#field = element("textarea", {
      class: "r1-field r1-note-text",
      rows: "1",
      "aria-label": asks,
      placeholder: asks,
      title: texts.noteKeys,
      dir: "auto",
      readonly: isFixed,
    });
    this.#save = button(save, { look: "solid" });
    if (isJudged) {
      const all = (Object.keys(SIGNS) as Verdict[]).map(
        verdict => [verdict, texts.verdict(verdict), SIGNS[verdict]] as const,
      );
      this.#verdicts = new Toggles(signal, texts.verdicts, all);
      this.#verdicts.changed = () => this.#changed();
    }
    this.element = element(
      "div",
      { class: "r1-note-form", role: "group", "aria-label": label, lang: texts.tag, dir: "ltr" },
      element("div", { class: "r1-note-label" }, label),
      ...(this.#verdicts ? [this.#verdicts.element] : []),
      this.#field,
      element("div", { class: "r1-editor-foot" }, this.#hint, ...more, this.#save),
    );
    this.#show(parsed(store.drafts.get(turn.state.id, slot)) ?? before ?? { text: "" });
    this.#field.addEventListener("input", () => this.#changed(), { signal });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
    this.#save.addEventListener("click", () => void this.#submit(), { signal });
  }

  focus(): void {
    this.#field.focus({ preventScroll: true });
    this.#field.setSelectionRange(this.#field.value.length, this.#field.value.length);
  }

  /** What was typed is given up. */
  discard(): void {
    const { store, turn, slot } = this.#options;
    store.drafts.set(turn.state.id, slot, undefined);
  }

  get #typed(): Typed {
    return { text: this.#field.value, verdict: this.#verdicts?.value };
  }

  #show({ text, verdict }: Typed): void {
    this.#field.value = text;
    this.#verdicts?.show(verdict);
  }

  #changed(): void {
    const { store, turn, slot } = this.#options;
    const { text, verdict } = this.#typed;
    store.drafts.set(turn.state.id, slot, text || verdict ? JSON.stringify(this.#typed) : undefined);
    setText(this.#hint, "");
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && event.target === this.#field && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void this.#submit();
    } else if (event.key === "Escape" && this.#options.left) {
      event.preventDefault();
      event.stopPropagation();
      this.#options.left();
    }
  }

  async #submit(): Promise<void> {
    const { store, turn, signal, note, saved } = this.#options;
    const { texts } = store;
    const typed = this.#typed;
    if (this.#save.disabled) return;
    if (!typed.text.trim() && !typed.verdict) {
      setText(this.#hint, texts.noteEmpty);
      this.#field.focus();
      return;
    }
    this.#wait(true);
    try {
      if (!store.connected) throw new Error("The kernel is gone.");
      await store.requests.putNote(turn.state.id, note(typed));
      this.discard();
      if (!signal.aborted) saved();
    } catch (error) {
      if (signal.aborted) return;
      this.#wait(false);
      setText(this.#hint, error instanceof Refusal ? error.message : texts.disconnected);
    }
  }

  #wait(waits: boolean): void {
    this.#save.disabled = waits;
    this.#field.readOnly = waits || this.#options.isFixed === true;
    this.element.setAttribute("aria-busy", String(waits));
  }
}

/** What was typed before, as it was stored. Anybody can write there. */
export function parsed(stored: string | undefined): Typed | undefined {
  try {
    const { text, verdict } = JSON.parse(stored ?? "null");
    return { text: String(text), verdict: verdict in SIGNS ? verdict : undefined };
  } catch {
    return undefined;
  }
}
