// The line below a turn: how it stands or has ended, what it cost, and what can be done with its texts.

import { element, onPress, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { reading } from "../state/estimate.ts";
import { outcomeOf } from "../state/outcome.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { type Phase, phaseOf } from "./phase.ts";

interface Options {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  /** Whether a running turn has a Stop of its own; one that waits always has. */
  stoppable: boolean;
  /** Versions and what to do with them. */
  acts: HTMLElement;
  /** One of them, which goes on where the turn ended early. */
  resume: HTMLElement;
  /** Show the characters as they were written, or the markdown. */
  showSource: (raw: boolean) => void;
}

export class Foot {
  readonly element: HTMLElement;
  /** Why the turn failed; stands above the line. */
  readonly alert = element("div", { class: "r1-alert", role: "alert", hidden: true });
  readonly #options: Options;
  readonly #status = element("span", { class: "r1-state" });
  readonly #cost = element("span", { class: "r1-cost" });
  readonly #stop: HTMLButtonElement;
  readonly #tools: HTMLElement;
  #isRaw = false;

  constructor(options: Options) {
    this.#options = options;
    const { store, turn, signal, acts } = options;
    const { texts } = store;
    const act = (label: string, title: string, act: string) => button(label, { title, "data-r1-act": act });
    const source = button(texts.source, {
      title: texts.sourceHint,
      "aria-pressed": "false",
    });
    this.#tools = element(
      "span",
      { class: "r1-tools", hidden: true },
      act(texts.copy, texts.copyAnswer, "copy-answer"),
      act(texts.copyMarkdown, texts.copyMarkdownHint, "copy-markdown"),
      source,
    );
    this.#stop = button(texts.stop, { hidden: true });
    this.element = element(
      "div",
      { class: "r1-foot" },
      this.#status,
      this.#cost,
      this.#stop,
      acts,
      this.#tools,
    );
    source.addEventListener(
      "click",
      () => {
        this.#isRaw = !this.#isRaw;
        source.setAttribute("aria-pressed", String(this.#isRaw));
        options.showSource(this.#isRaw);
      },
      { signal },
    );
    onPress(this.#stop, () => void store.stop(turn.state.id), signal);
  }

  /** The turn's state has changed, or another one's that it waits for. */
  update(): void {
    const { store, turn, resume } = this.#options;
    const { state, texts: written } = turn;
    const phase = phaseOf(turn);
    // In plain sight, beside the sentence that names it: nobody stopped this turn who would look for the way on.
    if (state.interrupted && this.#status.nextSibling !== resume) this.#status.after(resume);
    const ended = phase === "ended";
    const error = state.error || (state.finish_reason === "error" ? store.texts.failed : "");
    this.alert.hidden = !ended || error === "";
    setText(this.alert, error);
    setText(this.#status, this.#statusText(phase));
    setText(this.#cost, ended ? this.#costText() : "");
    this.#tools.hidden = !ended || !(written.answer.begun || written.reasoning.begun);
    this.#showStop(phase);
  }

  #showStop(phase: Phase): void {
    const { store, turn, stoppable } = this.#options;
    const { texts } = store;
    const stopping = store.stopping.has(turn.state.id);
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
    const { store, turn } = this.#options;
    const { state, texts: written } = turn;
    if (phase === "queued") return store.waiting(state);
    if (phase === "reading") return store.loading || this.#readingText();
    if (phase !== "ended") return "";
    const outcome = outcomeOf(state, written.reasoning.begun, written.answer.begun);
    // Where there is a note, that is the reason, and another one than `max_tokens`.
    const isOver = store.traits.isReadOnly || (state.interrupted && !store.connected);
    const advice = isOver ? "" : store.texts.advice(outcome);
    const rest = state.notes?.length ? state.notes : [advice];
    return [store.texts.outcome(outcome), ...rest].filter(Boolean).join(" ");
  }

  #readingText(): string {
    const { store, turn } = this.#options;
    const { waiting, reading: read, pace } = turn.state;
    if (waiting) return store.texts.waitingForChats(waiting);
    return read ? reading(read, pace?.prompt_tokens_per_second, store.texts) : store.texts.reading;
  }

  #costText(): string {
    const { store, turn } = this.#options;
    const { seconds, tokens, pace } = turn.state;
    const count = tokens ? tokens.reasoning + tokens.answer : 0;
    if (!seconds || count === 0) return "";
    return store.texts.cost(seconds.total, count, pace?.tokens_per_second);
  }
}
