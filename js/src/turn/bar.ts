// The line below an answer: how the turn stands or has ended and what it cost, and what can be done with it. Each thing has its place
// from the first token on: when a turn ends, nothing moves.

import { element, onPress, setText, withdraw } from "../dom/dom.ts";
import { button, relabel } from "../kit/button.ts";
import { CHECKS, COPY } from "../kit/icons.ts";
import { Menu, type MenuItem } from "../kit/menu.ts";
import { reading } from "../state/estimate.ts";
import { outcomeOf } from "../state/outcome.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { Acts } from "./acts.ts";
import { type Phase, phaseOf } from "./phase.ts";

interface Options {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  /** Whether a running turn has a Stop of its own; one that waits always has. */
  stoppable: boolean;
  acts: Acts;
  /** Opens the comparison of a fork. */
  chip: HTMLElement;
  /** Says what was found of the turn. */
  found: HTMLElement;
  /** Whether the answer isn't to be seen, nor what is said of it. */
  isHidden: () => boolean;
  /** Opens that, and closes it. */
  check: () => void;
  items: () => MenuItem[];
}

export class Bar {
  readonly element: HTMLElement;
  /** Why the turn failed; stands above the line. */
  readonly alert = element("div", { class: "r1-alert", role: "alert", hidden: true });
  readonly menu: Menu;
  readonly #options: Options;
  readonly #state = element("span", { class: "r1-state" });
  readonly #cost = element("span", { class: "r1-cost" });
  readonly #stop: HTMLButtonElement;
  readonly #copy: HTMLButtonElement;
  readonly #check: HTMLButtonElement;

  constructor(options: Options) {
    this.#options = options;
    const { store, turn, signal, acts, chip, found, check, items } = options;
    const { texts } = store;
    this.#stop = button(texts.stop, { hidden: true });
    this.#copy = button(texts.copy, {
      icon: COPY,
      bare: true,
      title: texts.copyAnswer,
      "data-r1-act": "copy-answer",
    });
    this.#check = button(texts.check, { icon: CHECKS, bare: true, title: texts.checkActHint });
    this.#check.addEventListener("click", check, { signal });
    this.menu = new Menu({ label: texts.moreActs, items, signal });
    // Whoever has edited an answer from here finds the same in its new version's view.
    this.menu.button.dataset.r1Focus = "more";
    this.element = element(
      "div",
      { class: "r1-foot" },
      element(
        "span",
        { class: "r1-outcome" },
        this.#state,
        acts.resume.button,
        this.#cost,
        found,
        this.#stop,
      ),
      element(
        "span",
        { class: "r1-acts" },
        chip,
        acts.arrows.answer.element,
        this.#check,
        this.#copy,
        acts.regenerate.button,
        this.menu.button,
        this.menu.element,
      ),
    );
    onPress(this.#stop, () => void store.stop(turn.state.id), signal);
  }

  /** The turn's state has changed, or another one's that it waits for. */
  update(): void {
    const { store, turn, acts } = this.#options;
    const { state, texts: written } = turn;
    const phase = phaseOf(turn);
    const ended = phase === "ended";
    const error = state.error || (state.finish_reason === "error" ? store.texts.failed : "");
    this.alert.hidden = !ended || error === "";
    setText(this.alert, error);
    setText(this.#state, this.#statusText(phase));
    setText(this.#cost, ended ? this.#costText() : "");
    withdraw(this.#copy, !ended || !written.answer.begun);
    withdraw(this.#check, !acts.isWritten || this.#options.isHidden());
    withdraw(this.menu.button, !acts.isWritten && !(ended && acts.isHeard));
    this.#showStop(phase);
  }

  /** There are other versions, or none; what was found is shown, or not. */
  arrange(isChecked: boolean): void {
    this.#check.setAttribute("aria-pressed", String(isChecked));
    const { acts, chip } = this.#options;
    this.element.classList.toggle("r1-many", !chip.hidden || !acts.arrows.answer.element.hidden);
  }

  #showStop(phase: Phase): void {
    const { store, turn, stoppable } = this.#options;
    const { texts } = store;
    const stopping = store.stopping.has(turn.state.id);
    const waits = phase === "queued" && !stopping;
    this.#stop.hidden = phase === "ended" || (phase !== "queued" && !stoppable);
    relabel(this.#stop, stopping ? texts.stopping : waits ? texts.cancelEdit : texts.stop);
    if (waits) {
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
