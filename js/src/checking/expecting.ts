// Predict, then reveal: in the place of an answer that is hidden, or of what follows a step, the reader writes what they expect; then
// it stands above what came.

import { activeIn, element, setText } from "../dom/dom.ts";
import { reveal } from "../dom/scroll.ts";
import { button } from "../kit/button.ts";
import { card } from "../kit/card.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { NoteForm } from "./noteform.ts";
import type { NotePlace, Noting } from "./noting.ts";

const ANSWER: NotePlace = { kind: "answer", start: 0, end: 0 };

interface Options {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  noting: Noting;
  /** The step that comes first of what is hidden, in UTF-16 units; undefined: it is the answer. */
  next: () => { start: number; end: number } | undefined;
  /** It is there to be seen, from `at` on in the thought, or the answer: the keyboard goes elsewhere. */
  shown: (at: number | undefined) => void;
}

interface Asked {
  /** From where on the thought is hidden; undefined: only the answer is. */
  at: number | undefined;
  card: HTMLElement;
  form: NoteForm;
  gone: AbortController;
}

export class Expecting {
  /** Stands between the thought and the answer. */
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #expected: HTMLElement;
  readonly #words = element("span", { dir: "auto" });
  #open: Asked | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { texts } = options.store;
    this.#expected = element(
      "p",
      { class: "r1-expected", hidden: true },
      element("span", { class: "r1-check-said" }, texts.predictExpected),
      " ",
      this.#words,
    );
    this.element = element("div", { class: "r1-expecting" }, this.#expected);
    options.signal.addEventListener("abort", () => this.#shut(), { once: true });
  }

  /** Whether the answer isn't to be seen. */
  get hides(): boolean {
    return this.#options.store.unseen.hides(this.#options.turn);
  }

  update(): void {
    const { store, turn } = this.#options;
    const at = store.unseen.from(turn);
    const { answer } = turn.texts;
    const isOver = turn.state.state === "ended" && !answer.begun;
    const asks = at !== undefined || (this.hides && turn.state.state !== "queued" && !isOver);
    const before = this.#open?.at;
    const hadFocus = this.#open !== undefined && activeIn(this.#open.card);
    if (!asks || this.#open?.at !== at) this.#shut();
    if (asks) this.#open ??= this.#ask(at);
    // First what follows the step was asked for, then the answer; then there is nothing more to write.
    if (hadFocus && this.#open && !activeIn(this.#open.card)) this.focus();
    if (hadFocus && !this.#open) this.#options.shown(before);
    if (!this.hides && answer.begun) store.unseen.saw(turn);
    const expected = this.hides ? undefined : store.unseen.expected(turn);
    this.#expected.hidden = expected === undefined;
    setText(this.#words, expected?.text ?? "");
  }

  focus(): void {
    this.#open?.form.focus();
    reveal(this.element, "nearest");
  }

  #ask(at: number | undefined): Asked {
    const { store, turn, signal, noting, next } = this.#options;
    const { texts } = store;
    const gone = new AbortController();
    const skip = button(texts.predictSkip);
    const revealed = () => store.unseen.reveal(turn);
    const form = new NoteForm({
      store,
      turn,
      signal: AbortSignal.any([signal, gone.signal]),
      slot: `note expected ${at ?? "answer"}`,
      label: at === undefined ? texts.predictAnswer : texts.predictStep,
      asks: texts.predictText,
      save: texts.predictShow,
      isJudged: false,
      more: [skip],
      note: ({ text }) => {
        const step = at === undefined ? undefined : next();
        const place = step ? noting.place("reasoning", step.start, step.end) : ANSWER;
        return { ...place, text: text.trim(), is_prediction: true };
      },
      saved: revealed,
    });
    skip.addEventListener("click", revealed);
    const made = card(
      { class: "r1-expects", role: "group", "aria-label": texts.predict },
      form.element,
      element("p", { class: "r1-check-note" }, texts.predictWhy),
    );
    this.element.prepend(made);
    return { at, card: made, form, gone };
  }

  #shut(): void {
    this.#open?.gone.abort();
    this.#open?.card.remove();
    this.#open = undefined;
  }
}
