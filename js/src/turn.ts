// One turn on screen: the question, the trace, the answer, and a line that says how it stands.

import { button, element, setText } from "./dom.ts";
import { reading } from "./estimate.ts";
import { Markdown } from "./markdown.ts";
import type { Store } from "./store.ts";
import * as texts from "./texts.ts";
import { Trace } from "./trace.ts";
import type { Turn } from "./turns.ts";

type Phase = "queued" | "reading" | "thinking" | "answering" | "ended";

function phaseOf({ state, texts: { reasoning, answer } }: Turn): Phase {
  if (state.state !== "running") return state.state;
  return answer.begun ? "answering" : reasoning.begun ? "thinking" : "reading";
}

export interface TurnOptions {
  store: Store;
  signal: AbortSignal;
  /** Tell a screen reader. */
  announce: (text: string) => void;
  /** Whether a running turn has a Stop of its own; in a chat the composer has it. */
  stoppable: boolean;
}

export class TurnView {
  readonly element: HTMLElement;
  readonly turn: Turn;
  readonly #options: TurnOptions;
  readonly #controller = new AbortController();
  readonly #trace: Trace;
  readonly #answer = element("div", { class: "r1-answer r1-prose" });
  readonly #markdown: Markdown;
  readonly #alert = element("div", { class: "r1-alert", role: "alert", hidden: true });
  readonly #status = element("span", { class: "r1-state" });
  readonly #cost = element("span", { class: "r1-cost" });
  readonly #copy = button(texts.COPY, { class: "r1-quiet", "data-r1-act": "copy-answer", hidden: true });
  readonly #stop = button(texts.STOP, { class: "r1-quiet", hidden: true });
  #phase: Phase | undefined;
  /** UTF-16 units of the answer that have been given to the markdown. */
  #given = 0;

  constructor(turn: Turn, options: TurnOptions) {
    this.turn = turn;
    this.#options = options;
    const signal = AbortSignal.any([options.signal, this.#controller.signal]);
    this.#trace = new Trace(turn, signal, options.announce);
    this.#markdown = new Markdown(this.#answer, signal);
    this.#stop.addEventListener("click", () => void options.store.stop(turn.state.id), { signal });
    this.element = element(
      "article",
      { class: "r1-turn", "data-turn": turn.state.id },
      element("div", { class: "r1-question" }, turn.state.question),
      this.#trace.element,
      this.#answer,
      this.#alert,
      element("div", { class: "r1-foot" }, this.#status, this.#cost, this.#copy, this.#stop),
    );
    this.update();
  }

  /** For the copy button: the answer as it was written. */
  get answerText(): string {
    return this.turn.texts.answer.value.trim();
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
    this.#trace.update();
    this.#give();
    if (phase === "ended") this.#markdown.end();
    this.#showFoot(phase);
  }

  /** A text is another one now. */
  replaced(): void {
    this.#markdown.clear();
    this.#given = 0;
    this.#trace.replaced();
    this.update();
  }

  remove(): void {
    this.#controller.abort();
    this.element.remove();
  }

  #give(): void {
    const { value, begun } = this.turn.texts.answer;
    this.#answer.hidden = !begun;
    if (!begun || this.#given === value.length) return;
    this.#markdown.write(value.slice(this.#given));
    this.#given = value.length;
  }

  #showFoot(phase: Phase): void {
    const { state } = this.turn;
    const { store, stoppable } = this.#options;
    const failed = phase === "ended" && state.finish_reason === "error";
    this.#alert.hidden = !failed;
    if (failed) setText(this.#alert, state.error || texts.FAILED);
    setText(this.#status, this.#statusText(phase));
    setText(this.#cost, phase === "ended" ? this.#costText() : "");
    this.#copy.hidden = phase !== "ended" || !this.turn.texts.answer.begun;
    const stopping = store.stopping.has(state.id);
    this.#stop.hidden = phase === "ended" || (phase !== "queued" && !stoppable);
    setText(this.#stop, stopping ? texts.STOPPING : phase === "queued" ? "×" : texts.STOP);
    if (phase === "queued" && !stopping) {
      this.#stop.setAttribute("aria-label", texts.CANCEL);
      this.#stop.title = texts.CANCEL;
    } else {
      this.#stop.removeAttribute("aria-label");
      this.#stop.removeAttribute("title");
    }
  }

  #statusText(phase: Phase): string {
    const { state, texts: written } = this.turn;
    const loading = this.#options.store.engine?.state === "loading";
    // The first in the queue waits for nobody but the model.
    if (phase === "queued")
      return loading && state.place === 1 ? texts.WAITING_FOR_MODEL : texts.waiting(state.place);
    if (phase === "reading") return loading ? texts.WAITING_FOR_MODEL : this.#readingText();
    return phase === "ended" ? texts.outcome(state, written.reasoning.begun, written.answer.begun) : "";
  }

  #readingText(): string {
    const { waiting, reading: read, pace } = this.turn.state;
    if (waiting) return texts.waitingForChats(waiting);
    return read ? reading(read, pace?.prompt_tokens_per_second) : texts.READING;
  }

  #costText(): string {
    const { seconds, tokens, pace } = this.turn.state;
    const count = tokens ? tokens.reasoning + tokens.answer : 0;
    if (!seconds || count === 0) return "";
    return texts.cost(seconds.total, count, pace?.tokens_per_second);
  }

  #announce(phase: Phase): void {
    const { finish_reason } = this.turn.state;
    const ended =
      finish_reason === "error"
        ? texts.SAY_FAILED
        : finish_reason === "cancelled"
          ? texts.SAY_STOPPED
          : texts.SAY_READY;
    const words = {
      queued: "",
      reading: "",
      thinking: texts.SAY_THINKING,
      answering: texts.SAY_ANSWERING,
      ended,
    };
    if (words[phase]) this.#options.announce(words[phase]);
  }
}
