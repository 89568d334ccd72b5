// The line in which a person types what to find in a thought.

import { element, setText } from "../dom/dom.ts";
import { Marks } from "../dom/marks.ts";
import { reveal } from "../dom/scroll.ts";
import { button } from "../kit/button.ts";
import { ARROW_DOWN, ARROW_UP, CLOSE } from "../kit/icons.ts";
import type { Texts } from "../texts/index.ts";
import { Finder, type Match } from "./find.ts";
import type { Thought } from "./thought.ts";

/** Ms between two looks at a text that grows. */
const EVERY = 300;

export class FindBar {
  readonly element: HTMLElement;
  readonly #finder: Finder;
  readonly #marks = new Marks();
  readonly #texts: Texts;
  readonly #closed: () => void;
  readonly #input: HTMLInputElement;
  readonly #count = element("span", { class: "r1-find-count", role: "status" });
  /** What had the focus before. */
  #from: HTMLElement | undefined;
  #current = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `closed`: the person has closed it, and what had the focus before can't have it again. */
  constructor(thought: Thought, texts: Texts, signal: AbortSignal, closed: () => void) {
    this.#finder = new Finder(thought);
    this.#texts = texts;
    this.#closed = closed;
    this.#input = element("input", {
      type: "search",
      class: "r1-find-text",
      "aria-label": texts.findInThought,
      placeholder: texts.findInThought,
    });
    const previous = button(texts.previousMatch, { icon: ARROW_UP, bare: true });
    const next = button(texts.nextMatch, { icon: ARROW_DOWN, bare: true });
    const close = button(texts.closeFind, { icon: CLOSE, bare: true });
    this.element = element(
      "div",
      { class: "r1-find", role: "search", hidden: true },
      this.#input,
      this.#count,
      previous,
      next,
      close,
    );
    this.#input.addEventListener("input", () => this.#look(), { signal });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
    previous.addEventListener("click", () => this.#go(-1), { signal });
    next.addEventListener("click", () => this.#go(1), { signal });
    close.addEventListener("click", () => this.close(), { signal });
    signal.addEventListener("abort", () => this.#forget(), { once: true });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(): void {
    const focused = this.#focused;
    if (focused instanceof HTMLElement && !this.element.contains(focused)) this.#from = focused;
    this.element.hidden = false;
    this.#input.focus();
    this.#input.select();
    this.#look();
  }

  close(): void {
    if (!this.isOpen) return;
    const hadFocus = this.element.contains(this.#focused);
    this.element.hidden = true;
    this.#forget();
    if (!hadFocus) return;
    this.#from?.focus();
    if (this.#focused !== this.#from) this.#closed();
  }

  get #focused(): Element | null {
    return (this.element.getRootNode() as Document | ShadowRoot).activeElement ?? null;
  }

  /** More of the thought was drawn. */
  drawn(): void {
    if (!this.isOpen || this.#input.value === "") return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#finder.update();
      this.#show();
    }, EVERY);
  }

  /** All of the thought is drawn otherwise now. */
  redrawn(): void {
    this.#finder.redrawn();
    if (this.isOpen) this.#show();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#marks.clear();
  }

  #look(): void {
    this.#finder.look(this.#input.value);
    this.#current = 0;
    this.#show();
    const first = this.#match;
    if (first && !first.step.folded) reveal(first.range, "nearest");
  }

  #go(by: number): void {
    const { length } = this.#finder.matches;
    if (length === 0) return;
    this.#current = (this.#current + by + length) % length;
    const match = this.#match;
    match?.step.fold(false);
    this.#show();
    if (match) reveal(match.range, "center");
  }

  get #match(): Match | undefined {
    return this.#finder.matches[this.#current];
  }

  #show(): void {
    const { matches } = this.#finder;
    this.#current = Math.min(this.#current, Math.max(0, matches.length - 1));
    const searched = this.#input.value !== "";
    setText(
      this.#count,
      searched ? this.#texts.matches(matches.length ? this.#current + 1 : 0, matches.length) : "",
    );
    this.#marks.show(
      matches.map(({ range }) => range),
      this.#match?.range,
    );
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && event.target === this.#input) {
      event.preventDefault();
      this.#go(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}
