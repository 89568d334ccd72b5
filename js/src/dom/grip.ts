// The lower edge of the conversation: dragged, or moved with the arrow keys, it gives the conversation another height.

import type { Texts } from "../texts/index.ts";
import { element } from "./dom.ts";
import { drag } from "./drag.ts";

/** Pixels. */
const LEAST = 160;
const STEP = 40;

export class Grip {
  readonly element: HTMLElement;
  readonly #box: HTMLElement;

  constructor(box: HTMLElement, texts: Texts, signal: AbortSignal) {
    this.#box = box;
    this.element = element("div", {
      class: "r1-grip",
      role: "separator",
      tabindex: "0",
      "aria-orientation": "horizontal",
      "aria-label": texts.height,
      "aria-valuemin": String(LEAST),
      "aria-valuenow": String(LEAST),
      title: texts.heightHint,
    });
    this.element.addEventListener("pointerdown", event => this.#drag(event), { signal });
    this.element.addEventListener("dblclick", () => this.#free(), { signal });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => this.#tell());
    observer.observe(box);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    const from = this.#box.getBoundingClientRect().height - event.clientY;
    drag(this.element, event, ({ clientY }) => this.#set(from + clientY));
  }

  #key(event: KeyboardEvent): void {
    const by = { ArrowUp: -STEP, ArrowDown: STEP, PageUp: -5 * STEP, PageDown: 5 * STEP }[event.key];
    if (by !== undefined) this.#set(this.#box.getBoundingClientRect().height + by);
    else if (event.key === "Home") this.#free();
    else return;
    event.preventDefault();
  }

  #set(height: number): void {
    const pixels = Math.max(LEAST, Math.round(height));
    this.#box.style.height = this.#box.style.maxHeight = `${pixels}px`;
    this.#tell();
  }

  /** As high as the text, up to what the stylesheet allows. */
  #free(): void {
    this.#box.style.height = this.#box.style.maxHeight = "";
    this.#tell();
  }

  #tell(): void {
    const height = String(Math.round(this.#box.getBoundingClientRect().height));
    if (this.element.getAttribute("aria-valuenow") !== height)
      this.element.setAttribute("aria-valuenow", height);
  }
}
