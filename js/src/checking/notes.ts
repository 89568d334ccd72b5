// What the reader has written: quiet marks in the text, and all of it in the panel, to be gone to, changed and taken away.

import { element } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { type IconNode, icon } from "../kit/icon.ts";
import { CLOSE, EDIT } from "../kit/icons.ts";
import type { Texts } from "../texts/index.ts";
import type { TurnNote } from "../wire/checks.ts";
import { Refusal } from "../wire/commands.ts";
import type { WrittenNote } from "../wire/tokernel.ts";
import type { Marker } from "./marker.ts";
import type { Mark } from "./marks.ts";
import { signOf } from "./notesigns.ts";
import type { Unsaved } from "./noting.ts";
import { goButton } from "./place.ts";
import type { Checking, Section } from "./section.ts";
import { short } from "./value.ts";

/** What a note says, in a line. */
export function wordsOf({ verdict, text = "", is_prediction }: TurnNote, texts: Texts): string {
  const head = [verdict ? texts.verdict(verdict) : "", is_prediction ? texts.notePredicted : ""];
  return [head.filter(Boolean).join(", "), text].filter(Boolean).join(": ");
}

export const markNotes: Marker = ({ checks }, texts) =>
  (checks.notes ?? [])
    .filter(({ start, end }) => end > start)
    .map((note): Mark => {
      const { kind, start, end, verdict, text = "", is_prediction } = note;
      return {
        kind,
        start,
        end,
        name: `r1-note${verdict ? `-${verdict}` : ""}`,
        says: texts.noteYours(wordsOf(note, texts)),
        ...(is_prediction ? { above: `${texts.predictExpected} ${text}` } : {}),
      };
    });

export class Notes implements Section {
  readonly element: HTMLElement;
  readonly title: string;
  readonly #checking: Checking;
  readonly #list = element("div", {});
  /** Of a note that is changed here. */
  readonly #slot = element("div", {});
  readonly #said = element("div", { class: "r1-check-run", role: "status" });
  #drawn: string | undefined;

  constructor(checking: Checking) {
    this.#checking = checking;
    const { store, noting, signal } = checking;
    this.title = store.texts.notes;
    this.element = element("div", {}, this.#list, this.#said, this.#slot);
    // What is being typed here goes with the panel, and is there when it opens again.
    signal.addEventListener("abort", () => this.#slot.firstChild && noting.close(), { once: true });
  }

  update(): void {
    const { turn, store, noting } = this.#checking;
    const { notes = [] } = turn.checks;
    const { unsaved } = noting;
    const isHeard = store.connected && !store.traits.isReadOnly;
    const key = JSON.stringify([notes, unsaved, isHeard, turn.texts.answer.begun]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const { texts } = store;
    // What is about the whole comes behind its places.
    const placeOf = ({ start, end }: TurnNote) => (end > 0 ? start : Number.MAX_SAFE_INTEGER);
    const sorted = [...notes].sort(
      (one, other) =>
        Number(one.kind === "answer") - Number(other.kind === "answer") || placeOf(one) - placeOf(other),
    );
    const rows = [
      ...sorted.map(note => this.#row(note, isHeard)),
      ...unsaved.map(each => this.#unsaved(each)),
    ];
    const kind = turn.texts.answer.begun ? "answer" : "reasoning";
    const add = button(texts.noteOf(kind), { look: "outlined" });
    add.addEventListener("click", () => noting.open({ kind, start: 0, end: 0 }, undefined, this.#slot));
    this.#list.replaceChildren(
      element(
        "p",
        { class: "r1-check-note" },
        notes.length > 0 ? texts.noteCount(notes.length) : isHeard ? texts.noNotes : texts.noNotesHere,
      ),
      ...(rows.length > 0 ? [element("ul", { class: "r1-check-list" }, ...rows)] : []),
      ...(isHeard ? [element("div", { class: "r1-check-run" }, add)] : []),
    );
  }

  #row(note: TurnNote, isHeard: boolean): HTMLElement {
    const { store, noting } = this.#checking;
    const { texts } = store;
    const { kind, start, end } = note;
    const words = wordsOf(note, texts);
    const quote = end > start ? noting.quoted(note) : "";
    const act = (label: string, drawing: IconNode) =>
      button(`${label}: ${short(words)}`, { icon: drawing, bare: true, title: label });
    const edit = act(texts.noteEdit, EDIT);
    const remove = act(texts.noteRemove, CLOSE);
    edit.addEventListener("click", () => noting.open({ kind, start, end }, note, this.#slot));
    remove.addEventListener("click", () => void this.#remove(note));
    return element(
      "li",
      { class: "r1-check-row r1-note-row", "data-verdict": note.verdict },
      icon(signOf(note)),
      element(
        "span",
        { class: "r1-check-words" },
        ...(quote
          ? [element("span", { class: "r1-note-quote", lang: "", dir: "auto" }, `“${quote}”`), " "]
          : []),
        element("span", { class: "r1-note-words", dir: "auto" }, words),
      ),
      element("span", { class: "r1-check-where" }, texts.inText(kind)),
      ...(quote ? [goButton(this.#checking, kind, start, end, quote)] : []),
      ...(isHeard ? [edit, remove] : []),
    );
  }

  #unsaved({ place, id, text }: Unsaved): HTMLElement {
    const { store, turn, noting } = this.#checking;
    const go = button(store.texts.noteGoOn);
    const note = turn.checks.notes?.find(each => each.id === id);
    go.addEventListener("click", () => noting.open(place, note, this.#slot));
    return element(
      "li",
      { class: "r1-check-row" },
      element("span", { class: "r1-check-words r1-check-said" }, store.texts.noteUnsaved(short(text))),
      go,
    );
  }

  async #remove(note: TurnNote): Promise<void> {
    const { store, turn, signal } = this.#checking;
    const { texts } = store;
    try {
      await store.requests.removeNote(turn.state.id, note.id);
    } catch (error) {
      this.#say(error);
      return;
    }
    if (signal.aborted) return;
    const undo = button(texts.noteUndo, { look: "outlined" });
    undo.addEventListener("click", () => void this.#putBack(note));
    this.#said.replaceChildren(texts.noteRemoved, undo);
    undo.focus({ preventScroll: true });
  }

  /** As a new one, with the same words at the same place. */
  async #putBack({ id: _, created: __, ...note }: TurnNote): Promise<void> {
    const { store, turn } = this.#checking;
    try {
      await store.requests.putNote(turn.state.id, note satisfies WrittenNote);
      this.#said.replaceChildren();
      this.#list.querySelector<HTMLElement>(".r1-check-run button")?.focus({ preventScroll: true });
    } catch (error) {
      this.#say(error);
    }
  }

  #say(error: unknown): void {
    const { texts } = this.#checking.store;
    this.#said.replaceChildren(error instanceof Refusal ? error.message : texts.disconnected);
  }
}
