// The line above a thought: what folds it, how long it has been going on or has taken, and what can be done with it.

import { element, plainButton, setText } from "../dom/dom.ts";
import { button, relabel } from "../kit/button.ts";
import { chipButton } from "../kit/chip.ts";
import { icon } from "../kit/icon.ts";
import { COPY, FIND, OUTLINE, SLIP, THOUGHT } from "../kit/icons.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";

interface Options {
  turn: Turn;
  texts: Texts;
  signal: AbortSignal;
  /** The ids of what is opened and closed from here. */
  body: string;
  outline: string;
  /** Beside the fold, not in it: what is in a button's name is read out when it changes under the focus. */
  counter: HTMLElement;
  /** Before the tools: they are there also when the thought is folded. */
  before: HTMLElement[];
  /** The last of the tools. */
  edit: HTMLElement;
  toggle: () => void;
  toggleOutline: () => void;
  find: () => void;
  /** To the first step of which something is said. */
  toRemark: () => void;
}

export class Head {
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #fold: HTMLButtonElement;
  readonly #sign = icon(THOUGHT);
  readonly #label = element("span");
  readonly #tools: HTMLElement;
  readonly #outline: HTMLButtonElement;
  readonly #find: HTMLButtonElement;
  /** What is said of the steps, all in all. */
  readonly #remark: HTMLButtonElement;

  constructor(options: Options) {
    this.#options = options;
    const { texts, signal } = options;
    this.#fold = plainButton("", {
      class: "r1-fold",
      "aria-expanded": "false",
      "aria-controls": options.body,
    });
    this.#fold.append(this.#sign, this.#label);
    this.#outline = button(texts.outline, {
      icon: OUTLINE,
      bare: true,
      "aria-expanded": "false",
      "aria-controls": options.outline,
    });
    this.#find = button(texts.find, { icon: FIND, bare: true, title: texts.findHint });
    this.#tools = element(
      "span",
      { class: "r1-tools", hidden: true },
      this.#outline,
      this.#find,
      button(texts.copy, { icon: COPY, bare: true, title: texts.copyThought, "data-r1-act": "copy-thought" }),
      options.edit,
    );
    this.#remark = chipButton("", { icon: SLIP, class: "r1-remark" });
    this.#remark.hidden = true;
    this.#remark.addEventListener("click", () => options.toRemark(), { signal });
    this.element = element(
      "div",
      { class: "r1-head" },
      this.#fold,
      options.counter,
      this.#remark,
      ...options.before,
      this.#tools,
    );
    for (const part of [this.#fold, options.counter])
      part.addEventListener("click", () => options.toggle(), { signal });
    this.#outline.addEventListener("click", () => options.toggleOutline(), { signal });
    this.#find.addEventListener("click", () => options.find(), { signal });
  }

  /** The thought is open, or folded. */
  opened(open: boolean): void {
    this.#fold.setAttribute("aria-expanded", String(open));
    this.#tools.hidden = !open;
  }

  outlined(open: boolean): void {
    this.#outline.setAttribute("aria-expanded", String(open));
  }

  /** `count`: stands for it where there is little room. */
  remark(text: string, count: number): void {
    this.#remark.hidden = text === "";
    this.#remark.dataset.count = String(count);
    this.#remark.title = text;
    relabel(this.#remark, text);
  }

  /** A second of thinking has passed. */
  breathe(): void {
    this.#sign.classList.toggle("r1-breath");
  }

  focusFind(): void {
    this.#find.focus();
  }

  /** `begun`: there is a thought; else the line is there for what stands before the tools. */
  update(begun: boolean, thinkingNow: boolean): void {
    this.#fold.hidden = !begun;
    if (thinkingNow) setText(this.#label, this.#options.texts.thinking);
    else if (begun) this.#showWhole();
  }

  #showWhole(): void {
    const { turn, texts } = this.#options;
    const { state, texts: written } = turn;
    // An ended turn that never answered thought until its end.
    const seconds = turn.thoughtSeconds ?? (written.answer.begun ? undefined : state.seconds?.total);
    setText(this.#label, texts.thought(seconds, state.tokens?.reasoning ?? 0, state.thinking_ended_by));
  }
}
