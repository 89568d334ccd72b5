// What a person can do with one turn: edit its parts, make versions, walk through them. Buttons and editors, which the views of
// the turn and of its thought put in their places. What stands in the menu is in menu.ts, what opens below in panels.ts.

import { isThere, withdraw } from "../dom/dom.ts";
import { ActionButton } from "../kit/actionbutton.ts";
import { EDIT, REGENERATE } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { Arrows } from "../versions/arrows.ts";
import { Editor } from "../versions/editor.ts";
import type { Steering } from "../wire/commands.ts";
import type { Part } from "../wire/protocol.ts";

const PARTS = ["question", "reasoning", "answer"] as const satisfies readonly Part[];
/** Parts with a button of their own that opens the editor; the answer's is in the menu. */
const OPENED = ["question", "reasoning"] as const satisfies readonly Part[];

const each = <Name extends Part, Made>(parts: readonly Name[], make: (part: Name) => Made) =>
  Object.fromEntries(parts.map(part => [part, make(part)])) as Record<Name, Made>;

export interface ActsOptions {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  /** An editor has opened, or closed: the text of that part is hidden meanwhile. */
  edited: (part: Part, open: boolean) => void;
}

export class Acts {
  readonly arrows: Record<Part, Arrows>;
  readonly editors: Record<Part, Editor>;
  readonly edit: Record<(typeof OPENED)[number], ActionButton>;
  readonly answerNow: ActionButton;
  readonly regenerate: ActionButton;
  /** Goes on where the turn ended early. */
  readonly resume: ActionButton;
  readonly #options: ActsOptions;
  /** Whether the thought that is being written is to go on once more. */
  #asksMore = false;

  constructor(options: ActsOptions) {
    this.#options = options;
    const { store, turn, signal, edited } = options;
    const { texts, traits } = store;
    const { id } = turn.state;
    this.arrows = each(PARTS, part => new Arrows(store, turn, part, signal));
    this.editors = each(PARTS, part => {
      const opened = (open: boolean) => edited(part, open);
      return new Editor({ store, turn, part, signal, opened });
    });
    this.edit = each(OPENED, part => {
      const action = new ActionButton({
        able: traits,
        act: part === "question" ? "ask" : "continue",
        label: texts.editPart(part),
        icon: EDIT,
        title: texts.editPart(part),
        signal,
        press: () => this.editors[part].open(),
      });
      action.button.dataset.r1Focus = `edit ${part}`;
      return action;
    });
    this.answerNow = new ActionButton({
      able: traits,
      act: "answer_now",
      label: texts.answerNow,
      look: "outlined",
      title: texts.answerNowHint,
      signal,
      press: () => this.closeThinking(),
    });
    this.resume = new ActionButton({
      // What was never begun is asked anew, which any engine can.
      able: { cannot: () => (this.isWritten ? traits.cannot("continue") : undefined) },
      act: "continue",
      label: texts.resume,
      look: "outlined",
      title: texts.resumeHint,
      signal,
      press: () => this.steer({ type: "resume", turn: id }),
    });
    this.regenerate = new ActionButton({
      able: traits,
      act: "ask",
      label: texts.regenerate,
      icon: REGENERATE,
      title: texts.regenerateHint,
      signal,
      press: () => this.steer({ type: "regenerate", turn: id }),
    });
    for (const part of PARTS)
      if (store.drafts.get(id, part) !== undefined)
        // Not with the focus: it comes back with its turn, and the reader is elsewhere.
        queueMicrotask(() => !signal.aborted && this.editors[part].open(false));
  }

  get isEnded(): boolean {
    return this.#options.turn.state.state === "ended";
  }

  get isThinking(): boolean {
    const { state, texts } = this.#options.turn;
    return state.state === "running" && texts.reasoning.begun && !texts.answer.begun;
  }

  get isWritten(): boolean {
    const { reasoning, answer } = this.#options.turn.texts;
    return reasoning.begun || answer.begun;
  }

  /** Whether anybody would carry out what is asked. */
  get isHeard(): boolean {
    const { connected, traits } = this.#options.store;
    return connected && !traits.isReadOnly;
  }

  get asksMore(): boolean {
    return this.#asksMore;
  }

  thinkMore(): void {
    this.#asksMore = this.isThinking;
    this.steer({ type: "think_more", turn: this.#options.turn.state.id });
  }

  /** Let the model come to its answer. */
  closeThinking(): void {
    const { store, turn } = this.#options;
    const { button } = this.answerNow;
    if (store.traits.cannot("answer_now") !== undefined || !isThere(button)) return;
    button.setAttribute("aria-pressed", "true");
    this.steer({ type: "answer_now", turn: turn.state.id });
  }

  steer(command: Steering): void {
    this.#options.store.steer(command).catch(() => this.#release()); // why is said
  }

  /** The turn, or the tree, has changed. */
  update(): void {
    const { turn } = this.#options;
    const { state, finish_reason, interrupted } = turn.state;
    for (const part of PARTS) this.arrows[part].update();
    for (const part of OPENED) this.edit[part].update();
    for (const action of [this.answerNow, this.regenerate, this.resume]) action.update();
    const { reasoning, answer } = turn.texts;
    const { isEnded: ended, isThinking: thinking } = this;
    this.answerNow.button.hidden = !(thinking || (ended && reasoning.begun && !answer.begun));
    if (!thinking) this.#release();
    const early = ended && finish_reason !== undefined && finish_reason !== "stop";
    this.resume.button.hidden = !(early && this.isHeard && (interrupted || this.isWritten));
    this.edit.reasoning.button.hidden = !reasoning.begun;
    withdraw(this.edit.question.button, state === "queued");
    withdraw(this.regenerate.button, !ended || !this.isHeard);
  }

  #release(): void {
    this.answerNow.button.removeAttribute("aria-pressed");
    this.#asksMore = false;
  }
}
