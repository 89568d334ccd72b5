// The line that says a text repeats itself, and what can be done about it: one with the thought, and one below the answer.

import { element, setText } from "../dom/dom.ts";
import { ActionButton } from "../kit/actionbutton.ts";
import { button } from "../kit/button.ts";
import type { Store } from "../state/store.ts";
import { unitsAt } from "../state/text.ts";
import type { Turn } from "../state/turns.ts";

/** Characters of the repeated text that are shown. */
const SHOWN = 40;

export interface LoopLineOptions {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  announce: (text: string) => void;
  /** The text that it is for. */
  kind: keyof Turn["texts"];
  /** Go to where it begins, in UTF-16 units of the thought; an answer is there to be seen. */
  jump?: (at: number) => void;
}

export class LoopLine {
  readonly element: HTMLElement;
  readonly #options: LoopLineOptions;
  readonly #text = element("span");
  readonly #jump: HTMLButtonElement;
  readonly #answer: ActionButton;
  readonly #cut: ActionButton;
  #announced = false;

  constructor(options: LoopLineOptions) {
    this.#options = options;
    const { store, turn, signal } = options;
    const { texts } = store;
    const id = turn.state.id;
    this.#jump = button(texts.loopJump, { class: "r1-steer" });
    this.#jump.addEventListener("click", () => options.jump?.(this.#since), { signal });
    this.#answer = new ActionButton({
      able: store.traits,
      act: "answer_now",
      label: texts.answerNow,
      title: texts.answerNowHint,
      signal,
      press: () => {
        void store.steer({ type: "answer_now", turn: id }).catch(() => {});
      },
    });
    this.#cut = new ActionButton({
      able: store.traits,
      act: "continue",
      label: texts.cutHere,
      title: texts.cutHereHint,
      signal,
      press: () => {
        const at = turn.state.loop?.since ?? 0;
        void store.steer({ type: "continue_from", turn: id, at }).catch(() => {});
      },
    });
    this.element = element(
      "p",
      { class: "r1-loop", hidden: true },
      this.#text,
      this.#jump,
      this.#answer.button,
      this.#cut.button,
    );
  }

  get #since(): number {
    const { loop } = this.#options.turn.state;
    return unitsAt(this.#options.turn.texts.reasoning.value, [loop?.since ?? 0])[0] ?? 0;
  }

  update(): void {
    const { turn, store, announce, kind } = this.#options;
    const { loop, state } = turn.state;
    this.element.hidden = loop?.kind !== kind;
    if (loop?.kind !== kind) return;
    const text = turn.texts[kind].value;
    const since = unitsAt(text, [loop.since])[0] ?? 0;
    const words =
      text
        .slice(since, since + 2 * SHOWN)
        .trim()
        .split(/\s*\n/)[0] ?? "";
    const shown = words.length > SHOWN ? `${words.slice(0, SHOWN).trimEnd()}…` : words;
    setText(this.#text, store.texts.repeats(shown, loop.rounds, state === "ended"));
    const inThought = kind === "reasoning";
    this.#jump.hidden = !inThought;
    this.#cut.button.hidden = !inThought;
    this.#answer.button.hidden = !inThought || state !== "running" || turn.texts.answer.begun;
    this.#answer.update();
    this.#cut.update();
    if (this.#announced || state === "ended") return;
    this.#announced = true;
    announce(this.#text.textContent ?? "");
  }
}
