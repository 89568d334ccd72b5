// What changed between two versions of a turn, in the question, the thought and the answer: as it was written, in one column.
// How a part is drawn is in diffpart.ts; what the comparison is, in diff.ts, which is one of the extras.

import { element } from "../dom/dom.ts";
import { place, removeFrom } from "../dom/grow.ts";
import { reveal } from "../dom/scroll.ts";
import { button } from "../kit/button.ts";
import { CLOSE } from "../kit/icons.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { type Change, extras } from "../wire/extras.ts";
import type { Part } from "../wire/protocol.ts";
import { diffPart } from "./diffpart.ts";

/** Ms between two comparisons with a version that is being written. */
const EVERY = 400;
/** Ms until the person is told that what compares hasn't come. */
const PATIENCE = 1000;

type Compare = (before: string, after: string) => Change[];

export interface DiffOptions {
  before: Turn;
  after: Turn;
  texts: Texts;
  signal: AbortSignal;
  close: () => void;
  /** What the versions are called. */
  numbers?: readonly [number, number];
}

export class DiffView {
  readonly element: HTMLElement;
  readonly #options: DiffOptions;
  readonly #numbers: readonly [number, number];
  readonly #status = element("p", { class: "r1-diff-status", hidden: true });
  readonly #parts = element("div", { class: "r1-diff-parts" });
  /** The folds that the reader has opened. */
  readonly #open = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawn = "";

  constructor(options: DiffOptions) {
    this.#options = options;
    const { texts, signal } = options;
    this.#numbers = options.numbers ?? [1, 2];
    const close = button(texts.diffClose, { icon: CLOSE, bare: true });
    this.element = element(
      "section",
      { class: "r1-diff", "aria-label": texts.diffRegion },
      element(
        "div",
        { class: "r1-diff-head" },
        element("span", { class: "r1-diff-title" }, texts.versionChange(...this.#numbers)),
        close,
      ),
      this.#status,
      this.#parts,
    );
    close.addEventListener("click", options.close, { signal });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
    this.#parts.addEventListener("click", event => this.#clicked(event), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
    if (extras.now) this.#draw();
    else void this.#await();
  }

  /** What compares two texts isn't there yet. */
  async #await(): Promise<void> {
    const { signal, texts } = this.#options;
    const say = () => this.#say(texts.notCompared);
    this.#timer = setTimeout(say, PATIENCE);
    await extras.fetch().catch(say);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (signal.aborted || !extras.now) return;
    this.#draw();
    reveal(this.element, "nearest");
  }

  /** A version has grown, or ended. */
  update(): void {
    if (this.#options.signal.aborted) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, EVERY);
  }

  #draw(): void {
    const { before, after, texts } = this.#options;
    const compare = extras.now?.changes;
    if (!compare) return;
    const { reasoning, answer } = after.texts;
    const isGrowing = after.state.state !== "ended";
    const state = [before, after].map(turn => {
      const { reasoning, answer } = turn.texts;
      return [turn.state.state, turn.state.question, reasoning.units, answer.units].join(" ");
    });
    const key = [...state, ...this.#open].join("\n");
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#say(isGrowing ? texts.stillWritten(this.#numbers[1]) : "");
    const fresh = document.createDocumentFragment();
    if (before.state.question !== after.state.question)
      fresh.append(this.#part("question", before.state.question, after.state.question, compare, false));
    fresh.append(
      this.#part(
        "reasoning",
        before.texts.reasoning.value.trim(),
        reasoning.value.trim(),
        compare,
        isGrowing && !answer.begun,
      ),
      this.#part("answer", before.texts.answer.value.trim(), answer.value.trim(), compare, isGrowing),
    );
    // In its place, so that a fold keeps the focus, and what is selected stays selected.
    removeFrom(place(this.#parts, this.#parts.firstChild, fresh));
  }

  /** `isGrowing`: what isn't there yet wasn't taken away. */
  #part(part: Part, before: string, after: string, compare: Compare, isGrowing: boolean): HTMLElement {
    const { texts } = this.#options;
    const found = compare(before, after);
    if (isGrowing) {
      const last = found.findLastIndex(({ type }) => type === "removed");
      if (last >= 0 && !found.slice(last).some(({ type }) => type === "same")) found.splice(last, 1);
    }
    let note = "";
    if (!found.some(({ type }) => type !== "same")) {
      const nothing = before.trim() === "" && after.trim() === "";
      note = nothing ? texts.emptyInBoth : texts.sameAll;
      if (nothing || isGrowing) found.length = 0;
    }
    return diffPart(part, found, note, key => this.#open.has(key), texts);
  }

  #say(text: string): void {
    this.#status.hidden = text === "";
    this.#status.textContent = text;
  }

  #clicked(event: MouseEvent): void {
    const fold = (event.target as Element | null)?.closest<HTMLElement>(".r1-diff-fold");
    if (!fold?.dataset.fold) return;
    const text = fold.closest<HTMLElement>(".r1-diff-text");
    this.#open.add(fold.dataset.fold);
    this.#draw();
    // The line is gone; reading goes on where it was.
    if (!text) return;
    text.tabIndex = -1;
    text.focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#options.close();
  }
}
