// One turn on screen: the question, the trace, the answer, and a line that says how it stands.

import { button, element, onPress, setText } from "../dom/dom.ts";
import { type Draw, schedule, unschedule } from "../dom/frames.ts";
import { Passage } from "../markdown/passage.ts";
import { reading } from "../state/estimate.ts";
import { outcomeOf } from "../state/outcome.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { Trace } from "../thought/trace.ts";
import { Acts } from "./acts.ts";
import { toMarkdown } from "./transcript.ts";

type Phase = "queued" | "reading" | "thinking" | "answering" | "ended";

function phaseOf({ state, texts: { reasoning, answer } }: Turn): Phase {
  if (state.state !== "running") return state.state;
  return answer.begun ? "answering" : reasoning.begun ? "thinking" : "reading";
}

/** The conversation has a language of its own, which is not the interface's, and not known. */
const CONTENT = { dir: "auto", lang: "" };

export interface TurnOptions {
  store: Store;
  signal: AbortSignal;
  /** Tell a screen reader. */
  announce: (text: string) => void;
  /** Whether a running turn has a Stop of its own; in a chat the composer has it. */
  stoppable: boolean;
  /** The reader goes elsewhere than to the end. */
  leave: () => void;
}

export class TurnView {
  readonly element: HTMLElement;
  readonly turn: Turn;
  readonly #options: TurnOptions;
  readonly #texts: Texts;
  readonly #controller = new AbortController();
  readonly #trace: Trace;
  readonly #answer = element("div", { class: "r1-answer r1-prose", ...CONTENT });
  readonly #passage: Passage;
  readonly #draw: Draw = deadline => this.#passage.draw(deadline);
  readonly #alert = element("div", { class: "r1-alert", role: "alert", hidden: true });
  readonly #status = element("span", { class: "r1-state" });
  readonly #cost = element("span", { class: "r1-cost" });
  readonly #tools: HTMLElement;
  readonly #source: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #acts: Acts;
  #phase: Phase | undefined;
  /** How many there were. */
  #versions = 0;
  /** UTF-16 units of the answer that have been given to the passage. */
  #given = 0;

  constructor(turn: Turn, options: TurnOptions) {
    this.turn = turn;
    this.#options = options;
    const { texts } = options.store;
    this.#texts = texts;
    const act = (label: string, title: string, act: string) =>
      button(label, { class: "r1-quiet", title, "data-r1-act": act });
    this.#source = button(texts.source, {
      class: "r1-quiet",
      title: texts.sourceHint,
      "aria-pressed": "false",
    });
    this.#tools = element(
      "span",
      { class: "r1-tools", hidden: true },
      act(texts.copy, texts.copyAnswer, "copy-answer"),
      act(texts.copyMarkdown, texts.copyMarkdownHint, "copy-markdown"),
      this.#source,
    );
    this.#stop = button(texts.stop, { class: "r1-quiet", hidden: true });
    const signal = AbortSignal.any([options.signal, this.#controller.signal]);
    const question = element("div", { class: "r1-question", ...CONTENT }, turn.state.question);
    const hidden = { question, answer: this.#answer };
    this.#acts = new Acts({
      store: options.store,
      turn,
      signal,
      edited: (part, open) => {
        if (part === "reasoning") this.#trace.edit(open);
        else hidden[part].classList.toggle("r1-edited", open);
      },
    });
    const { editors, edit, arrows, answerNow } = this.#acts;
    const parts = {
      editor: editors.reasoning.element,
      edit: edit.reasoning.button,
      arrows: arrows.reasoning.element,
      answerNow: answerNow.button,
    };
    this.#trace = new Trace(turn, { ...options, signal, parts });
    this.#passage = new Passage(this.#answer, texts);
    this.#passage.mark(turn.authors.answer, 0);
    signal.addEventListener("abort", () => this.#passage.unmark(), { once: true });
    this.#source.addEventListener("click", () => this.#showSource(!this.#passage.raw), { signal });
    signal.addEventListener("abort", () => unschedule(this.#draw), { once: true });
    onPress(this.#stop, () => void options.store.stop(turn.state.id), signal);
    this.element = element(
      "article",
      { class: "r1-turn", "data-turn": turn.state.id },
      element(
        "div",
        { class: "r1-asked" },
        question,
        this.#acts.editors.question.element,
        element(
          "div",
          { class: "r1-asked-foot" },
          this.#acts.arrows.question.element,
          this.#acts.edit.question.button,
        ),
      ),
      this.#trace.element,
      this.#answer,
      this.#acts.editors.answer.element,
      this.#alert,
      element(
        "div",
        { class: "r1-foot" },
        this.#status,
        this.#cost,
        this.#stop,
        this.#acts.tools,
        this.#tools,
      ),
      this.#acts.panels,
    );
    this.update();
  }

  /** What a button copies: a text as it was written, or all of it as markdown. */
  textFor(act: string): string {
    const { reasoning, answer } = this.turn.texts;
    if (act === "copy-thought") return reasoning.value.trim();
    return act === "copy-markdown" ? toMarkdown(this.turn, this.#texts) : answer.value.trim();
  }

  get trace(): Trace {
    return this.#trace;
  }

  /** The turn's state or text has changed. */
  update(): void {
    const phase = phaseOf(this.turn);
    if (phase !== this.#phase) {
      // What was there when the view was made is no news.
      if (this.#phase !== undefined) this.#announce(phase);
      this.#phase = phase;
      this.element.dataset.phase = phase;
    }
    // First, since the trace asks whether its arrows are there.
    this.#acts.update();
    this.#trace.update();
    this.#give();
    if (phase === "ended" && !this.#passage.ended) {
      this.#passage.end();
      schedule(this.#draw);
    }
    this.#showFoot(phase);
    this.#acts.grown();
  }

  /** Another turn of the tree has grown, or stands otherwise. */
  othersChanged(): void {
    this.#acts.grown();
  }

  /** There may be other versions; of most turns there aren't, and a long conversation has many. */
  treeMayHaveChanged(): void {
    const { length } = this.#options.store.turns.siblings(this.turn);
    if (length === this.#versions) return;
    this.#versions = length;
    this.treeChanged();
  }

  treeChanged(): void {
    this.#acts.update();
    this.#trace.update();
    this.#acts.grown();
  }

  /** A text has grown; nearly always that is all that has changed. */
  grown(): void {
    if (phaseOf(this.turn) !== this.#phase) {
      this.update();
      return;
    }
    this.#trace.grown();
    this.#give();
    this.#acts.grown();
  }

  /** Let the model come to its answer, if it thinks. */
  closeThinking(): void {
    this.#acts.closeThinking();
  }

  /** A text is another one now. */
  replaced(): void {
    this.#passage.clear();
    this.#given = 0;
    this.#passage.mark(this.turn.authors.answer, 0);
    this.#trace.replaced();
    this.update();
  }

  remove(): void {
    this.#controller.abort();
    this.element.remove();
  }

  #give(): void {
    const { answer } = this.turn.texts;
    this.#answer.hidden = !answer.begun;
    if (!answer.begun || this.#given === answer.units) return;
    this.#passage.write(answer.since(this.#given));
    this.#given = answer.units;
    schedule(this.#draw);
  }

  /** The characters as they were written, or the markdown; of the thought too. */
  #showSource(raw: boolean): void {
    this.#source.setAttribute("aria-pressed", String(raw));
    this.#passage.show(raw);
    schedule(this.#draw);
    this.#trace.show(raw);
  }

  #showFoot(phase: Phase): void {
    const { state } = this.turn;
    const texts = this.#texts;
    const { store, stoppable } = this.#options;
    const error = state.error || (state.finish_reason === "error" ? texts.failed : "");
    this.#alert.hidden = phase !== "ended" || error === "";
    setText(this.#alert, error);
    setText(this.#status, this.#statusText(phase));
    setText(this.#cost, phase === "ended" ? this.#costText() : "");
    this.#tools.hidden =
      phase !== "ended" || !(this.turn.texts.answer.begun || this.turn.texts.reasoning.begun);
    const stopping = store.stopping.has(state.id);
    this.#stop.hidden = phase === "ended" || (phase !== "queued" && !stoppable);
    setText(this.#stop, stopping ? texts.stopping : phase === "queued" ? "×" : texts.stop);
    if (phase === "queued" && !stopping) {
      this.#stop.setAttribute("aria-label", texts.cancel);
      this.#stop.title = texts.cancel;
    } else {
      this.#stop.removeAttribute("aria-label");
      this.#stop.removeAttribute("title");
    }
  }

  #statusText(phase: Phase): string {
    const { state, texts: written } = this.turn;
    const texts = this.#texts;
    if (phase === "queued") return this.#options.store.waiting(state);
    if (phase === "reading") return this.#options.store.loading || this.#readingText();
    if (phase !== "ended") return "";
    const outcome = texts.outcome(outcomeOf(state, written.reasoning.begun, written.answer.begun));
    return [outcome, ...(state.notes ?? [])].filter(Boolean).join(" ");
  }

  #readingText(): string {
    const { waiting, reading: read, pace } = this.turn.state;
    if (waiting) return this.#texts.waitingForChats(waiting);
    return read ? reading(read, pace?.prompt_tokens_per_second, this.#texts) : this.#texts.reading;
  }

  #costText(): string {
    const { seconds, tokens, pace } = this.turn.state;
    const count = tokens ? tokens.reasoning + tokens.answer : 0;
    if (!seconds || count === 0) return "";
    return this.#texts.cost(seconds.total, count, pace?.tokens_per_second);
  }

  #announce(phase: Phase): void {
    const { finish_reason } = this.turn.state;
    const texts = this.#texts;
    const ended =
      finish_reason === "error"
        ? texts.sayFailed
        : finish_reason === "cancelled"
          ? texts.sayStopped
          : texts.sayReady(wordsIn(this.turn.texts.answer.value));
    const words = {
      queued: "",
      reading: "",
      thinking: texts.sayThinking,
      answering: texts.sayAnswering,
      ended,
    };
    if (words[phase]) this.#options.announce(words[phase]);
  }
}

/** As a person counts them; a text in Chinese has no spaces to count by. */
function wordsIn(text: string): number {
  if (typeof Intl.Segmenter === "undefined") return text.split(/\s+/).filter(word => word !== "").length;
  let count = 0;
  for (const { isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text))
    if (isWordLike) count++;
  return count;
}
