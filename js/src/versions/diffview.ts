// What changed between two versions of a turn, in the question, the thought and the answer: as it was written, in one column.
// What stayed the same is folded to a line that opens. What the comparison is, is in diff.ts.

import { button, element } from "../dom/dom.ts";
import { place, removeFrom } from "../dom/grow.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import type { Part } from "../wire/protocol.ts";
import { type Change, changes, countWords } from "./diff.ts";

/** Ms between two comparisons with a version that is being written. */
const EVERY = 400;
/** Words of what stayed that are shown beside a change. */
const BESIDE = 14;
/** Fewer words than this aren't folded. */
const FOLDED = 20;

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
  /** The folds that the reader has opened, by part and by how much had stayed the same before it. */
  readonly #open = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawn = "";

  constructor(options: DiffOptions) {
    this.#options = options;
    const { texts, signal } = options;
    this.#numbers = options.numbers ?? [1, 2];
    const close = button("×", { class: "r1-quiet", "aria-label": texts.diffClose, title: texts.diffClose });
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
    this.#draw();
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
    const { reasoning, answer } = after.texts;
    const isGrowing = after.state.state !== "ended";
    const state = [before, after].map(turn => {
      const { reasoning, answer } = turn.texts;
      return [turn.state.state, turn.state.question, reasoning.units, answer.units].join(" ");
    });
    const key = [...state, ...this.#open].join("\n");
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#status.hidden = !isGrowing;
    this.#status.textContent = isGrowing ? texts.stillWritten(this.#numbers[1]) : "";
    const fresh = document.createDocumentFragment();
    if (before.state.question !== after.state.question)
      fresh.append(this.#part("question", before.state.question, after.state.question, false));
    fresh.append(
      this.#part(
        "reasoning",
        before.texts.reasoning.value.trim(),
        reasoning.value.trim(),
        isGrowing && !answer.begun,
      ),
      this.#part("answer", before.texts.answer.value.trim(), answer.value.trim(), isGrowing),
    );
    // In its place, so that a fold keeps the focus, and what is selected stays selected.
    removeFrom(place(this.#parts, this.#parts.firstChild, fresh));
  }

  /** `isGrowing`: what isn't there yet wasn't taken away. */
  #part(part: Part, before: string, after: string, isGrowing: boolean): HTMLElement {
    const { texts } = this.#options;
    const found = changes(before, after);
    if (isGrowing) {
      const last = found.findLastIndex(({ type }) => type === "removed");
      if (last >= 0 && !found.slice(last).some(({ type }) => type === "same")) found.splice(last, 1);
    }
    const text = element("div", { class: "r1-diff-text", dir: "auto", lang: "" });
    if (!found.some(({ type }) => type !== "same")) {
      const nothing = before.trim() === "" && after.trim() === "";
      text.append(this.#note(nothing ? texts.emptyInBoth : texts.sameAll));
      if (nothing || isGrowing) found.length = 0;
    }
    let passed = 0;
    for (const [index, change] of found.entries()) {
      if (change.type === "same") {
        text.append(...this.#same(change, `${part} ${passed}`, index > 0, index < found.length - 1));
        passed += change.text.length;
      } else {
        text.append(...this.#changed(change));
      }
    }
    return element(
      "section",
      // Not a heading: its level would depend on what else is on the page.
      { class: "r1-diff-part", "data-part": part, role: "group", "aria-label": texts.diffPart(part) },
      element("div", { class: "r1-diff-name", "aria-hidden": "true" }, texts.diffPart(part)),
      text,
    );
  }

  #note(text: string): HTMLElement {
    return element("div", { class: "r1-diff-note", lang: this.#options.texts.tag }, text);
  }

  #changed({ type, text }: Change): (Node | string)[] {
    const { texts } = this.#options;
    const isAdded = type === "added";
    // An end of a line is no box on the next one.
    const words = text.replace(/\n+$/, "");
    const end = text.slice(words.length);
    // What a browser tells of <ins> and <del> is not what a screen reader says; the sign is for the eyes.
    const change = element(
      isAdded ? "ins" : "del",
      { class: "r1-diff-change" },
      element("span", { class: "r1-said", lang: texts.tag }, isAdded ? texts.added : texts.removed),
      element("span", { class: "r1-diff-sign", "aria-hidden": "true" }, isAdded ? "+" : "−"),
      words || "⏎",
    );
    return [change, end];
  }

  /** What stayed the same: as it is beside a change, and a line in place of the rest. */
  #same({ text }: Change, key: string, hasBefore: boolean, hasAfter: boolean): (string | HTMLElement)[] {
    const words = [...text.matchAll(/\S+/g)];
    const start = hasBefore ? Math.min(BESIDE, words.length) : 0;
    const end = hasAfter ? Math.max(start, words.length - BESIDE) : words.length;
    const from = start === 0 ? 0 : (words[start]?.index ?? text.length);
    const to = end === words.length ? text.length : (words[end]?.index ?? text.length);
    const middle = text.slice(from, to);
    if (end - start < FOLDED || this.#open.has(key)) return [text];
    const fold = button(this.#options.texts.sameWords(countWords(middle)), {
      class: "r1-diff-fold",
      lang: this.#options.texts.tag,
      "data-fold": key,
      "aria-expanded": "false",
    });
    return [text.slice(0, from).trimEnd(), fold, text.slice(to).trimStart()].filter(part => part !== "");
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
