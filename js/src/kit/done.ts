// A button that says for a moment what came of its press: one with a label by its label; an icon alone by a check mark, or by a
// sentence beside it where it came to nothing. A screen reader hears it, too.

import { setText } from "../dom/dom.ts";
import { icon as drawn } from "./icon.ts";
import { CHECK } from "./icons.ts";
import type { Tooltip } from "./tooltip.ts";

/** Ms for which it is said. */
const SAID = 1500;
/** Of a sentence that has to be read, and followed. */
const LONGER = 4000;

interface Saying {
  timer: ReturnType<typeof setTimeout>;
  /** As the button was. */
  restore: () => void;
}

export class Done {
  readonly #tooltip: Tooltip;
  readonly #announce: (text: string) => void;
  readonly #said = new Map<HTMLElement, Saying>();

  constructor(tooltip: Tooltip, announce: (text: string) => void, signal: AbortSignal) {
    this.#tooltip = tooltip;
    this.#announce = announce;
    const forget = () => {
      for (const { timer } of this.#said.values()) clearTimeout(timer);
    };
    signal.addEventListener("abort", forget, { once: true });
  }

  /** `isDone`: it has come to what it is for. */
  say(target: HTMLElement, text: string, isDone: boolean): void {
    this.#restore(target);
    this.#announce(text);
    const label = target.querySelector<HTMLElement>(":scope > .r1-label");
    const restore = label
      ? relabelled(label, text)
      : isDone
        ? checked(target, text)
        : this.#beside(target, text);
    const timer = setTimeout(() => this.#restore(target), isDone ? SAID : LONGER);
    this.#said.set(target, { timer, restore });
  }

  #restore(target: HTMLElement): void {
    const saying = this.#said.get(target);
    if (!saying) return;
    clearTimeout(saying.timer);
    this.#said.delete(target);
    saying.restore();
    // The same words are heard again only if they weren't there.
    this.#announce("");
  }

  #beside(target: HTMLElement, text: string): () => void {
    this.#tooltip.say(target, text);
    return () => this.#tooltip.hide();
  }
}

function relabelled(label: HTMLElement, text: string): () => void {
  const before = label.textContent ?? "";
  setText(label, text);
  return () => setText(label, before);
}

function checked(target: HTMLElement, text: string): () => void {
  const before = target.querySelector(":scope > .r1-icon");
  const { title } = target;
  const name = target.getAttribute("aria-label") ?? "";
  const call = (title: string, name: string) => {
    target.title = title;
    target.setAttribute("aria-label", name);
  };
  const mark = drawn(CHECK);
  before?.replaceWith(mark);
  call(text, text);
  return () => {
    if (before) mark.replaceWith(before);
    call(title, name);
  };
}
