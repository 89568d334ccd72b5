// What starts a check, and what it says meanwhile: how many, what that would take, how far it is, and why it can't be.

import { element, setText, uniqueId } from "../dom/dom.ts";
import { button, relabel } from "../kit/button.ts";
import { type Field, radios } from "../kit/field.ts";
import type { Act } from "../state/traits.ts";
import type { Looking, TurnUnder } from "../wire/checks.ts";
import { Refusal } from "../wire/commands.ts";
import type { Checking } from "./section.ts";

interface Options {
  what: Looking;
  /** What the engine must be able to do. */
  act: Act;
  start: string;
  /** What it is. */
  hint: string;
  /** Of how many there may be; the first is taken where nobody chooses. */
  counts: readonly number[];
  /** Shown beside the choice; without it there is none. */
  countLabel?: string;
  under: (under: TurnUnder) => string;
}

export class Run {
  readonly element: HTMLElement;
  readonly #checking: Checking;
  readonly #options: Options;
  readonly #idle: HTMLElement;
  readonly #choice: Field<string> | undefined;
  readonly #estimate = element("span", { class: "r1-check-note" });
  readonly #start: HTMLButtonElement;
  readonly #why = element("p", { class: "r1-check-note", id: uniqueId("why"), hidden: true });
  readonly #busy: HTMLElement;
  readonly #progress = element("progress", { class: "r1-check-progress", max: "1", value: "0" });
  readonly #far = element("span", { class: "r1-check-note", role: "status" });
  readonly #alert = element("p", { class: "r1-alert", role: "alert", hidden: true });
  /** It was pressed, and nothing has been heard of it. */
  #isAsked = false;
  /** What it would take is asked once for each number. */
  readonly #foreseen = new Map<number, string>();

  constructor(checking: Checking, options: Options) {
    this.#checking = checking;
    this.#options = options;
    const { signal, store } = checking;
    const { counts, countLabel, hint, start } = options;
    if (countLabel !== undefined) {
      this.#choice = radios(
        signal,
        countLabel,
        counts.map(count => [String(count), String(count)] as const),
      );
      this.#choice.show(String(counts[1] ?? counts[0]));
      this.#choice.changed = () => this.update();
    }
    this.#start = button(start, { look: "outlined" });
    const stop = button(store.texts.checkStop, { look: "outlined" });
    this.#progress.setAttribute("aria-label", start);
    this.#idle = element(
      "div",
      { class: "r1-check-run" },
      ...(this.#choice
        ? [element("span", { "aria-hidden": "true" }, countLabel ?? ""), ...this.#choice.parts]
        : []),
      this.#start,
      this.#estimate,
    );
    this.#busy = element("div", { class: "r1-check-run", hidden: true }, this.#progress, this.#far, stop);
    this.element = element(
      "div",
      {},
      element("p", { class: "r1-check-note" }, hint),
      this.#idle,
      this.#why,
      this.#busy,
      this.#alert,
    );
    this.#start.addEventListener("click", () => this.#press(), { signal });
    stop.addEventListener("click", () => void this.#stop(), { signal });
  }

  /** `have`: how many there are; `cannot`: why there can't be any, for a reason of its own; `label` of the button. */
  update(have = 0, cannot?: string, label = this.#options.start): void {
    const { store, turn } = this.#checking;
    const { what, act, counts, under: said } = this.#options;
    const under = turn.checks.under?.[what];
    const isHeard = store.connected && !store.traits.isReadOnly;
    const isDone = have >= (counts.at(-1) ?? 0);
    if (under) this.#isAsked = false;
    this.element.hidden = !isHeard || (isDone && !under);
    this.#idle.hidden = under !== undefined;
    this.#busy.hidden = under === undefined;
    if (under) {
      this.#progress.max = Math.max(1, under.total);
      this.#progress.value = under.done;
      setText(this.#far, said(under));
    }
    for (const input of this.#inputs) {
      input.disabled = Number(input.value) <= have;
      if (input.checked && input.disabled) {
        const next = counts.find(count => count > have);
        if (next !== undefined) this.#choice?.show(String(next));
      }
    }
    const { texts } = store;
    const isEnded = turn.state.state === "ended";
    const reason = isEnded ? (cannot ?? store.traits.cannot(act)) : texts.checkWhenEnded;
    relabel(this.#start, label);
    this.#start.setAttribute("aria-disabled", String(reason !== undefined || this.#isAsked));
    this.#why.hidden = !reason || under !== undefined;
    setText(this.#why, reason ?? "");
    if (reason) this.#start.setAttribute("aria-describedby", this.#why.id);
    else this.#start.removeAttribute("aria-describedby");
    const wanted = isHeard && !reason && !under && !isDone;
    setText(this.#estimate, wanted ? this.#takes() : "");
  }

  get #inputs(): NodeListOf<HTMLInputElement> {
    return this.#idle.querySelectorAll("input");
  }

  get #count(): number {
    return Number(this.#choice?.value ?? this.#options.counts[0]);
  }

  /** What it would take, about; empty while nobody has said so. */
  #takes(): string {
    const count = this.#count;
    const known = this.#foreseen.get(count);
    if (known !== undefined) return known;
    this.#foreseen.set(count, "");
    const { store, turn, signal } = this.#checking;
    store.requests.foresee(this.#options.what, turn.state.id, count).then(
      ({ seconds }) => {
        if (signal.aborted || seconds === undefined) return;
        this.#foreseen.set(count, store.texts.checkTakes(seconds));
        if (count === this.#count && !this.#idle.hidden)
          setText(this.#estimate, this.#foreseen.get(count) ?? "");
      },
      () => {},
    );
    return "";
  }

  #press(): void {
    if (this.#start.getAttribute("aria-disabled") === "true") return;
    const { store, turn, signal } = this.#checking;
    this.#isAsked = true;
    this.#start.setAttribute("aria-disabled", "true");
    this.#say("");
    const late = () => this.#say(store.texts.steerWaits);
    store.requests.lookFor(this.#options.what, turn.state.id, this.#count, late).then(
      () => this.#settle(""),
      error => this.#settle(error instanceof Refusal ? error.message : store.texts.disconnected),
    );
    if (signal.aborted) return;
    // The button goes when it runs.
    this.#foreseen.clear();
  }

  #settle(text: string): void {
    if (this.#checking.signal.aborted) return;
    this.#isAsked = false;
    this.#start.setAttribute("aria-disabled", "false");
    this.#say(text);
  }

  async #stop(): Promise<void> {
    const { store, turn } = this.#checking;
    await store.requests.stopLooking(this.#options.what, turn.state.id).catch(() => {});
  }

  #say(text: string): void {
    this.#alert.hidden = text === "";
    setText(this.#alert, text);
  }
}
