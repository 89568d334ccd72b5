// The edge of a column that stands beside another one: dragged, or moved with the arrow keys, it gives the column another width,
// which the page's other columns of that kind have from then on, too.

import { element } from "./dom.ts";
import { drag } from "./drag.ts";

/** Pixels. */
const LEAST = 150;
const STEP = 20;
/** What the other column keeps of the width of both. */
const REST = 0.4;

/** As the reader chose it last; undefined: as the stylesheet has it. */
let chosen: number | undefined;

interface Options {
  column: HTMLElement;
  label: string;
  hint: string;
  signal: AbortSignal;
}

export class Edge {
  readonly element: HTMLElement;
  readonly #column: HTMLElement;

  constructor({ column, label, hint, signal }: Options) {
    this.#column = column;
    this.element = element("div", {
      class: "r1-edge",
      role: "separator",
      tabindex: "0",
      "aria-orientation": "vertical",
      "aria-label": label,
      "aria-valuemin": String(LEAST),
      "aria-valuenow": String(LEAST),
      title: hint,
    });
    this.element.addEventListener("pointerdown", event => this.#drag(event), { signal });
    this.element.addEventListener("dblclick", () => this.#choose(undefined), { signal });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => this.#tell(entry?.contentRect.width ?? 0));
    observer.observe(column);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  }

  /** The column is shown: as wide as the reader has chosen, here or elsewhere. */
  shown(): void {
    this.#column.style.flexBasis = chosen === undefined ? "" : `${chosen}px`;
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { width, forwards } = this.#now();
    const from = width - forwards * event.clientX;
    drag(this.element, event, ({ clientX }) => this.#choose(from + forwards * clientX));
  }

  #key(event: KeyboardEvent): void {
    const right = { ArrowLeft: -STEP, ArrowRight: STEP, PageUp: 5 * STEP, PageDown: -5 * STEP }[event.key];
    if (right !== undefined) {
      const { width, forwards } = this.#now();
      this.#choose(width + (event.key.startsWith("Page") ? 1 : forwards) * right);
    } else if (event.key === "Home") {
      this.#choose(undefined);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** How wide it is, and whether it grows to the right: 1, or to the left: -1. */
  #now(): { width: number; forwards: number } {
    const { width } = this.#column.getBoundingClientRect();
    return { width, forwards: getComputedStyle(this.#column).direction === "rtl" ? -1 : 1 };
  }

  #choose(width: number | undefined): void {
    const most = (this.#column.parentElement?.clientWidth ?? 0) * (1 - REST);
    chosen = width === undefined ? undefined : Math.round(Math.max(LEAST, Math.min(width, most)));
    this.shown();
    if (chosen !== undefined) this.#tell(chosen);
  }

  #tell(width: number): void {
    const now = String(Math.round(width));
    if (width > 0 && this.element.getAttribute("aria-valuenow") !== now)
      this.element.setAttribute("aria-valuenow", now);
  }
}
