// A number on a scale: drag it, or type it. Empty is a value of its own where there is one ("no limit").

import { element } from "../dom/dom.ts";

export interface SliderOptions {
  label: string;
  /** Of the scale, lowest first; the number that is typed may lie between them. */
  stops: readonly number[];
  /** What the number may be. */
  min: number;
  max?: number;
  step: number;
  /** What no number means; the scale's last place is it. Undefined: there is always a number. */
  none?: string;
  signal: AbortSignal;
  changed: (value: number | undefined) => void;
}

export class Slider {
  readonly range: HTMLInputElement;
  readonly number: HTMLInputElement;
  readonly #options: SliderOptions;

  constructor(options: SliderOptions) {
    this.#options = options;
    const { label, stops, min, max, step, none, signal } = options;
    const last = stops.length - (none === undefined ? 1 : 0);
    this.range = element("input", {
      type: "range",
      class: "r1-range",
      "aria-label": label,
      min: "0",
      max: String(last),
      step: "1",
    });
    this.number = element("input", {
      type: "number",
      class: "r1-number",
      "aria-label": label,
      min: String(min),
      max: max === undefined ? undefined : String(max),
      step: String(step),
      placeholder: none,
    });
    this.range.addEventListener("input", () => this.#dragged(), { signal });
    this.range.addEventListener("change", () => this.#changed(), { signal });
    this.number.addEventListener("change", () => this.#typed(), { signal });
  }

  get value(): number | undefined {
    return this.number.value === "" ? undefined : this.number.valueAsNumber;
  }

  /** As it is now; what a person is about to type stays. */
  show(value: number | undefined): void {
    if (this.#hasFocus) return;
    this.number.value = value === undefined ? "" : String(value);
    this.#follow();
  }

  /** Why it can't be set; undefined: it can. The keyboard reaches it, and the reason. */
  forbid(reason: string | undefined, title: string): void {
    for (const input of [this.range, this.number]) {
      input.setAttribute("aria-disabled", String(reason !== undefined));
      input.title = reason ?? title;
    }
    this.number.readOnly = reason !== undefined;
    this.range.disabled = reason !== undefined;
  }

  get #hasFocus(): boolean {
    const { activeElement } = this.number.getRootNode() as Document | ShadowRoot;
    return activeElement === this.number || activeElement === this.range;
  }

  /** The scale stands at the nearest of its places. */
  #follow(): void {
    const { stops } = this.#options;
    const { value } = this;
    const place = value === undefined ? stops.length : stops.findIndex(stop => stop >= value);
    this.range.value = String(place < 0 ? stops.length - 1 : place);
    this.range.setAttribute(
      "aria-valuetext",
      value === undefined ? (this.#options.none ?? "") : String(value),
    );
  }

  #dragged(): void {
    const value = this.#options.stops[Number(this.range.value)];
    this.number.value = value === undefined ? "" : String(value);
    this.range.setAttribute(
      "aria-valuetext",
      value === undefined ? (this.#options.none ?? "") : String(value),
    );
  }

  #typed(): void {
    if (!this.number.validity.valid || (this.value === undefined && this.#options.none === undefined)) return;
    this.#follow();
    this.#changed();
  }

  #changed(): void {
    this.#options.changed(this.value);
  }
}
