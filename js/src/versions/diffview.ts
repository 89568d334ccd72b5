// What changed between two versions of a turn, in the question, the thought and the answer: as it is read, or as it was written, in
// one column. How a part is drawn is in diffprose.ts and diffpart.ts; what the comparison is, in diff.ts, which is one of the extras.

import { element, setText } from "../dom/dom.ts";
import { reveal } from "../dom/scroll.ts";
import { button } from "../kit/button.ts";
import { card } from "../kit/card.ts";
import { CLOSE, SOURCE } from "../kit/icons.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { extras } from "../wire/extras.ts";
import type { Part } from "../wire/protocol.ts";
import { DiffPart } from "./diffpart.ts";

/** Ms between two comparisons with a version that is being written. */
const EVERY = 400;
/** Ms until the person is told that what compares hasn't come. */
const PATIENCE = 1000;

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
  readonly #status = element("p", { class: "r1-diff-status", role: "status", hidden: true });
  readonly #parts = element("div", { class: "r1-diff-parts" });
  readonly #written: HTMLButtonElement;
  /** The folds that the reader has opened. */
  readonly #open = new Set<string>();
  readonly #shown = new Map<Part, DiffPart>();
  #isWritten = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawn = "";

  constructor(options: DiffOptions) {
    this.#options = options;
    const { texts, signal } = options;
    this.#numbers = options.numbers ?? [1, 2];
    const close = button(texts.diffClose, { icon: CLOSE, bare: true });
    this.#written = button(texts.asWritten, {
      icon: SOURCE,
      bare: true,
      title: texts.asWrittenHint,
      "aria-pressed": "false",
    });
    this.element = card(
      { class: "r1-panel r1-diff", "aria-label": texts.diffRegion },
      element(
        "div",
        { class: "r1-panel-head" },
        element("span", { class: "r1-panel-title" }, texts.versionChange(...this.#numbers)),
        element("span", { class: "r1-panel-acts" }, this.#written, close),
      ),
      element("p", { class: "r1-diff-legend" }, texts.diffLegend),
      this.#status,
      this.#parts,
    );
    close.addEventListener("click", options.close, { signal });
    this.#written.addEventListener("click", () => this.#show(!this.#isWritten), { signal });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
    this.#parts.addEventListener("click", event => this.#clicked(event), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
    if (extras.now) this.#draw();
    else void this.#await();
  }

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

  #show(written: boolean): void {
    this.#isWritten = written;
    this.#written.setAttribute("aria-pressed", String(written));
    this.#draw();
  }

  #draw(): void {
    const { before, after, texts } = this.#options;
    if (!extras.now) return;
    const { reasoning, answer } = after.texts;
    const isGrowing = after.state.state !== "ended";
    const state = [before, after].map(turn => {
      const { reasoning, answer } = turn.texts;
      return [turn.state.state, turn.state.question, reasoning.units, answer.units].join(" ");
    });
    const key = [this.#isWritten, ...state, ...this.#open].join("\n");
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#say(isGrowing ? texts.stillWritten(this.#numbers[1]) : "");
    this.#part("question", before.state.question, after.state.question, false);
    const thought = before.texts.reasoning.value;
    this.#part("reasoning", thought, reasoning.value, isGrowing && !answer.begun);
    this.#part("answer", before.texts.answer.value, answer.value, isGrowing);
  }

  #part(part: Part, before: string, after: string, isGrowing: boolean): void {
    const compare = extras.now;
    const { texts, signal } = this.#options;
    // A question that stayed is above, and needn't be read again.
    if (!compare || (part === "question" && before === after)) return;
    let shown = this.#shown.get(part);
    if (!shown) {
      const isOpen = (key: string) => this.#open.has(key);
      shown = new DiffPart({ part, compare, texts, isOpen, signal });
      this.#shown.set(part, shown);
      this.#parts.append(shown.element);
    }
    shown.draw({ before: before.trim(), after: after.trim(), isGrowing }, this.#isWritten);
  }

  #say(text: string): void {
    this.#status.hidden = text === "";
    setText(this.#status, text);
  }

  #clicked(event: MouseEvent): void {
    const fold = (event.target as Element | null)?.closest<HTMLElement>(".r1-diff-fold");
    if (!fold) return;
    const text = fold.closest<HTMLElement>(".r1-diff-text");
    const rest = fold.nextElementSibling;
    if (fold.dataset.fold) {
      this.#open.add(fold.dataset.fold);
      this.#draw();
    } else if (rest instanceof HTMLElement) {
      rest.hidden = false;
      fold.remove();
    }
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
