// One continuation of a fork: how it stands, its thought from the fork on, its answer, and what can be done with it. Among others
// with the same answer it is a line that opens.

import { activeIn, element, onPress, plainButton, setText, uniqueId } from "../dom/dom.ts";
import { type Draw, schedule, unschedule } from "../dom/frames.ts";
import { button, relabel } from "../kit/button.ts";
import { Passage } from "../markdown/passage.ts";
import { outcomeOf } from "../state/outcome.ts";
import type { Store } from "../state/store.ts";
import { unitsAt } from "../state/text.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { Thought } from "../thought/thought.ts";

/** Characters from the end of a folded thought that streams; the stylesheet shows its last lines. */
const LAST = 360;

const CONTENT = { dir: "auto", lang: "" };

export interface ContinuationOptions {
  store: Store;
  turn: Turn;
  /** From 1. */
  index: number;
  texts: Texts;
  signal: AbortSignal;
  pick: (turn: string) => void;
}

export class Continuation {
  readonly element: HTMLElement;
  readonly turn: Turn;
  readonly #index: number;
  readonly #store: Store;
  readonly #texts: Texts;
  /** Its name: in a card of its own a text, among others what opens it. */
  readonly #name: HTMLElement;
  readonly #opener: HTMLButtonElement;
  readonly #body: HTMLElement;
  readonly #fold: HTMLButtonElement;
  readonly #last = element("div", { class: "r1-continuation-last", "aria-hidden": "true", hidden: true });
  readonly #trace: HTMLElement;
  readonly #thought: Thought;
  readonly #answer = element("div", { class: "r1-answer r1-prose", ...CONTENT });
  readonly #passage: Passage;
  readonly #state = element("div", { class: "r1-continuation-state" });
  readonly #stop: HTMLButtonElement;
  readonly #keep: HTMLButtonElement;
  readonly #draw: Draw = deadline => this.#passage.draw(deadline);
  /** Whether its thought is open. */
  #open = false;
  /** UTF-16 units of the thought, and of the answer, that have been given on; undefined: where the fork is isn't known yet. */
  #thoughtGiven: number | undefined;
  #answerGiven = 0;

  constructor({ store, turn, index, texts, signal, pick }: ContinuationOptions) {
    this.turn = turn;
    this.#index = index;
    this.#store = store;
    this.#texts = texts;
    const { id } = turn.state;
    const [body, trace] = [uniqueId("continuation"), uniqueId("trace")];
    this.#name = element("span", { class: "r1-continuation-name" }, texts.continuation(index));
    this.#opener = plainButton(texts.continuation(index), {
      class: "r1-fold",
      "aria-expanded": "true",
      "aria-controls": body,
      hidden: true,
    });
    this.#fold = plainButton("", { class: "r1-fold", "aria-expanded": "false", "aria-controls": trace });
    this.#thought = new Thought(texts, signal);
    this.#thought.pull = () => this.#giveThought();
    this.#trace = element(
      "div",
      {
        id: trace,
        class: "r1-thought r1-prose",
        role: "region",
        "aria-label": texts.cardThought,
        hidden: true,
        ...CONTENT,
      },
      this.#thought.element,
    );
    this.#passage = new Passage(this.#answer, texts);
    this.#stop = button("", { look: "outlined" });
    this.#keep = button(texts.keepOne, {
      look: "outlined",
      "aria-label": texts.forContinuation(texts.keepOne, index),
      title: texts.keepOneHint,
    });
    this.#body = element(
      "div",
      { id: body, class: "r1-continuation-body" },
      this.#fold,
      this.#last,
      this.#trace,
      this.#answer,
      this.#state,
      element("div", { class: "r1-continuation-foot" }, this.#stop, this.#keep),
    );
    this.element = element(
      "article",
      { class: "r1-continuation", "aria-label": texts.continuation(index), "data-turn": id },
      this.#name,
      this.#opener,
      this.#body,
    );
    this.#opener.addEventListener("click", () => this.open(this.#body.hidden === true), { signal });
    this.#fold.addEventListener("click", () => this.#toggle(), { signal });
    onPress(this.#stop, () => void store.stop(id), signal);
    this.#keep.addEventListener("click", () => pick(id), { signal });
    signal.addEventListener("abort", () => unschedule(this.#draw), { once: true });
    this.update();
  }

  get ended(): boolean {
    return this.turn.state.state === "ended";
  }

  /** Whether it stands among others with the same answer, where it can be folded to its name. */
  set among(among: boolean) {
    this.#name.hidden = among;
    this.#opener.hidden = !among;
    if (!among) this.open(true);
  }

  /** Show all of it, or its name alone. */
  open(open: boolean): void {
    this.#body.hidden = !open;
    this.#opener.setAttribute("aria-expanded", String(open));
    if (!open && this.#open) this.#toggle();
  }

  /** The turn's state has changed, or its text has grown. */
  update(): void {
    const { state, texts: written } = this.turn;
    const running = state.state === "running";
    const thinking = running && !written.answer.begun;
    setText(this.#fold, this.#label(thinking));
    const { reasoning } = written;
    const showsLast = thinking && !this.#open && reasoning.begun;
    this.#last.hidden = !showsLast;
    if (showsLast) setText(this.#last, reasoning.since(Math.max(this.#fork, reasoning.units - LAST)));
    if (this.#open) this.#thought.wake();
    this.#giveAnswer();
    // What disappears under the keyboard gives it on.
    if (this.ended && activeIn(this.#stop)) this.#keep.focus({ preventScroll: true });
    this.#stop.hidden = this.ended;
    const stop = this.#store.stopping.has(state.id) ? this.#texts.stopping : this.#texts.stop;
    relabel(this.#stop, stop);
    this.#stop.setAttribute("aria-label", this.#texts.forContinuation(stop, this.#index));
    const outcome = this.ended ? outcomeOf(state, reasoning.begun, written.answer.begun) : undefined;
    setText(this.#state, outcome ? this.#texts.outcome(outcome) || (state.error ?? "") : "");
  }

  /** A text is another one now. */
  replaced(): void {
    this.#thought.clear();
    this.#thoughtGiven = undefined;
    this.#passage.clear();
    this.#answerGiven = 0;
    this.update();
  }

  /** Where in the thought, in UTF-16 units, it parts from the others. */
  get #fork(): number {
    const { state, texts } = this.turn;
    if (state.version?.part !== "reasoning") return 0;
    return unitsAt(texts.reasoning.value, [state.version.at])[0] ?? 0;
  }

  #label(thinking: boolean): string {
    const { state, texts: written, thoughtSeconds } = this.turn;
    const texts = this.#texts;
    if (state.state === "queued") return this.#store.waiting(state);
    if (thinking) return texts.cardThinking(state.tokens?.reasoning ?? 0);
    if (!this.ended) return texts.cardAnswering(state.tokens?.answer ?? 0);
    const seconds = thoughtSeconds ?? (written.answer.begun ? undefined : state.seconds?.total);
    return texts.thought(seconds, state.tokens?.reasoning ?? 0, state.thinking_ended_by);
  }

  #toggle(): void {
    this.#open = !this.#open;
    this.#fold.setAttribute("aria-expanded", String(this.#open));
    this.#trace.hidden = !this.#open;
    if (!this.#open) this.#thought.sleep();
    this.update();
  }

  #giveThought(): void {
    const { reasoning, answer } = this.turn.texts;
    this.#thoughtGiven ??= this.#fork;
    this.#thought.write(reasoning.since(this.#thoughtGiven));
    this.#thoughtGiven = reasoning.units;
    if (this.ended || answer.begun) this.#thought.end();
  }

  #giveAnswer(): void {
    const { answer } = this.turn.texts;
    const news = answer.since(this.#answerGiven);
    const ends = this.ended && !this.#passage.ended;
    if (news === "" && !ends) return;
    if (answer.begun) this.#passage.write(news);
    if (answer.begun) this.#answerGiven = answer.units;
    if (ends) this.#passage.end();
    schedule(this.#draw);
  }
}
