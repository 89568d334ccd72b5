// Writing a note: of a step, of what is selected, of the answer. One form at a time, which stands in the place that it is about.

import { activeIn, element } from "../dom/dom.ts";
import { reveal } from "../dom/scroll.ts";
import { button } from "../kit/button.ts";
import type { Slot } from "../state/drafts.ts";
import type { Store } from "../state/store.ts";
import { codePoints } from "../state/text.ts";
import type { Turn } from "../state/turns.ts";
import type { TurnNote } from "../wire/checks.ts";
import type { Kind } from "../wire/protocol.ts";
import type { TurnMarks } from "./marks.ts";
import { NoteForm, parsed } from "./noteform.ts";
import { short } from "./value.ts";

/** Of a turn's text, in code points as the kernel counts; from 0 to 0: all of it. */
export interface NotePlace {
  kind: Kind;
  start: number;
  end: number;
}

interface Options {
  store: Store;
  turn: Turn;
  marks: TurnMarks;
  signal: AbortSignal;
  announce: (text: string) => void;
  /** It was opened, or closed. */
  changed: () => void;
}

/** What was typed at a place and isn't saved. */
export interface Unsaved {
  place: NotePlace;
  /** Of the note that it is to change. */
  id: string | undefined;
  text: string;
}

export class Noting {
  /** Below the answer, where a form stands that is about all of it. */
  readonly element = element("div", { class: "r1-noting" });
  readonly #options: Options;
  #open: { form: NoteForm; gone: AbortController; slot: Slot; before: Element | null } | undefined;

  constructor(options: Options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#open?.gone.abort(), { once: true });
  }

  /** `note`: it is to be changed; `into`: where the form stands, else at the place. */
  open(place: NotePlace, note?: TurnNote, into?: Element, focus = true): void {
    const { store, turn, signal, changed } = this.#options;
    const { texts } = store;
    const before = document.activeElement;
    this.#shut();
    const slot = slotOf(place, note?.id);
    const gone = new AbortController();
    const discard = button(texts.noteDiscard, { title: texts.noteDiscardHint });
    const form = new NoteForm({
      store,
      turn,
      signal: AbortSignal.any([signal, gone.signal]),
      slot,
      label: place.end > 0 ? texts.noteAt(this.quoted(place)) : texts.noteOf(place.kind),
      asks: texts.noteText,
      save: texts.noteSave,
      before: note && { text: note.text ?? "", verdict: note.verdict },
      isJudged: true,
      // What was expected before the answer was seen stays what it was.
      isFixed: note?.is_prediction === true,
      more: [discard],
      note: ({ text, verdict }) => ({
        ...place,
        ...(note ? { id: note.id } : {}),
        ...(verdict ? { verdict } : {}),
        ...(text.trim() ? { text: text.trim() } : {}),
        ...(note?.is_prediction ? { is_prediction: true } : {}),
      }),
      saved: () => {
        this.close();
        this.#options.announce(texts.noteSaved);
      },
      left: () => this.close(),
    });
    discard.addEventListener("click", () => {
      form.discard();
      this.close();
    });
    this.#open = { form, gone, slot, before };
    (into ?? this.#placeOf(place)).append(form.element);
    if (focus) {
      form.focus();
      reveal(form.element, "nearest");
    }
    changed();
  }

  /** What was typed stays. The keyboard goes back to where it was. */
  close(): void {
    const before = this.#open?.before;
    const hadFocus = this.#open !== undefined && activeIn(this.#open.form.element);
    this.#shut();
    if (hadFocus && before instanceof HTMLElement && before.isConnected)
      before.focus({ preventScroll: true });
    this.#options.changed();
  }

  /** What isn't saved, but for what is being typed. */
  get unsaved(): Unsaved[] {
    const { store, turn } = this.#options;
    return store.drafts.notesOf(turn.state.id).flatMap(slot => {
      const place = placeOf(slot);
      const typed = parsed(store.drafts.get(turn.state.id, slot));
      return place && typed && slot !== this.#open?.slot ? [{ ...place, text: typed.text }] : [];
    });
  }

  /** The page was reloaded, or the turn is shown again: what was being typed is there, below the answer. */
  restore(): void {
    const [first] = this.unsaved;
    const note = this.#options.turn.checks.notes?.find(({ id }) => id === first?.id);
    if (first) this.open(first.place, note, this.element, false);
  }

  /** What of the texts is selected, without the white space around it; undefined: nothing. */
  selected(range: Range): NotePlace | undefined {
    const { turn, marks } = this.#options;
    const found = marks.selected(range);
    if (!found) return undefined;
    const { kind, start, end } = found;
    const text = turn.texts[kind].value;
    const words = text.slice(start, end);
    const from = start + (words.length - words.trimStart().length);
    const to = from + words.trim().length;
    if (to <= from) return undefined;
    const at = codePoints(text.slice(0, from));
    return { kind, start: at, end: at + codePoints(text.slice(from, to)) };
  }

  /** From UTF-16 units. */
  place(kind: Kind, start: number, end: number): NotePlace {
    const text = this.#options.turn.texts[kind].value;
    const at = codePoints(text.slice(0, start));
    return { kind, start: at, end: at + codePoints(text.slice(start, end)) };
  }

  /** The beginning of what stands there. */
  quoted({ kind, start, end }: NotePlace): string {
    const { turn, marks } = this.#options;
    const [from = 0, to = 0] = marks.units(kind, [start, end]);
    return short(turn.texts[kind].value.slice(from, to));
  }

  #shut(): void {
    this.#open?.gone.abort();
    this.#open?.form.element.remove();
    this.#open = undefined;
  }

  #placeOf({ kind, start, end }: NotePlace): Element {
    const { marks } = this.#options;
    if (kind === "answer" || end === 0) return this.element;
    return marks.placeOf(kind, marks.units(kind, [start])[0] ?? 0) ?? this.element;
  }
}

/** Where a draft of it is kept. */
export const slotOf = ({ kind, start, end }: NotePlace, id = ""): Slot =>
  `note ${kind} ${start} ${end} ${id}`.trimEnd() as Slot;

function placeOf(slot: Slot): { place: NotePlace; id: string | undefined } | undefined {
  const [, kind, start, end, id] = /^note (reasoning|answer) (\d+) (\d+)(?: (\w+))?$/.exec(slot) ?? [];
  return kind ? { place: { kind: kind as Kind, start: Number(start), end: Number(end) }, id } : undefined;
}
