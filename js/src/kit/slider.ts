// A number on a scale: drag it, or type it. No number is a value of its own where there is one ("no limit"), and a part of the
// scale can be marked as what is recommended.

import { activeIn, element, uniqueId } from "../dom/dom.ts";
import type { Field } from "./field.ts";

export interface SliderOptions {
  label: string;
  /** Of the scale, lowest first; the number that is typed may lie between them. */
  stops: readonly number[];
  /** Of the arrows in the field of the number. */
  step: number;
  /** What no number means; the scale's last place is it. Undefined: there is always a number. */
  none?: string;
  /** The recommended part of the scale; of one number twice the same. */
  marked?: readonly [from: number, to: number];
  signal: AbortSignal;
  /** It is being dragged: nothing is decided yet. */
  moved?: (value: number | null) => void;
}

export class Slider implements Field<number | null> {
  readonly range: HTMLInputElement;
  readonly number: HTMLInputElement;
  readonly parts: HTMLElement[];
  changed: () => void = () => {};
  readonly #options: SliderOptions;

  constructor(options: SliderOptions) {
    this.#options = options;
    const { label, marked, none, signal, step } = options;
    this.range = element("input", {
      type: "range",
      class: "r1-range",
      "aria-label": label,
      min: "0",
      max: String(this.#places),
      step: "1",
    });
    this.number = element("input", {
      type: "number",
      id: uniqueId("number"),
      class: "r1-number",
      "aria-label": label,
      step: String(step),
      placeholder: none,
    });
    const scale = element("span", { class: "r1-scale" }, this.range);
    if (marked) {
      scale.dataset.marked = "";
      for (const [name, stop] of [
        ["--from", marked[0]],
        ["--to", marked[1]],
      ] as const)
        scale.style.setProperty?.(name, String(this.#placeOf(stop) / this.#places));
    }
    this.parts = [scale, this.number];
    this.range.addEventListener("input", () => this.#dragged(), { signal });
    this.range.addEventListener("change", () => this.changed(), { signal });
    this.number.addEventListener("change", () => this.#typed(), { signal });
  }

  get main(): HTMLInputElement {
    return this.number;
  }

  get value(): number | null | undefined {
    const { value, valueAsNumber, validity } = this.number;
    if (value !== "") return valueAsNumber;
    return this.#options.none === undefined || validity.badInput ? undefined : null;
  }

  get isBusy(): boolean {
    return activeIn(this.number) || activeIn(this.range);
  }

  show(value: number | null): void {
    this.number.value = value === null ? "" : String(value);
    this.#follow();
  }

  /** The keyboard reaches it, and the reason. */
  forbid(reason: string | undefined): void {
    for (const input of [this.range, this.number]) {
      input.setAttribute("aria-disabled", String(reason !== undefined));
      input.title = reason ?? "";
    }
    this.number.readOnly = reason !== undefined;
    this.range.disabled = reason !== undefined;
  }

  /** The last place of the scale. */
  get #places(): number {
    const { none, stops } = this.#options;
    return stops.length - (none === undefined ? 1 : 0);
  }

  /** Where a number is on the scale, from 0; between two stops in proportion. */
  #placeOf(value: number): number {
    const { stops } = this.#options;
    const above = stops.findIndex(stop => stop >= value);
    if (above <= 0) return above < 0 ? stops.length - 1 : 0;
    const [low = 0, high = 0] = stops.slice(above - 1, above + 1);
    return above - (high - value) / (high - low);
  }

  /** The scale stands at the nearest of its places. */
  #follow(): void {
    const { value } = this;
    if (value === undefined) return;
    this.range.value = String(value === null ? this.#places : Math.round(this.#placeOf(value)));
    this.#tell(value);
  }

  #tell(value: number | null): void {
    this.range.setAttribute("aria-valuetext", value === null ? (this.#options.none ?? "") : String(value));
  }

  #dragged(): void {
    const value = this.#options.stops[Number(this.range.value)] ?? null;
    this.number.value = value === null ? "" : String(value);
    this.#tell(value);
    this.#options.moved?.(value);
  }

  #typed(): void {
    this.#follow();
    this.changed();
  }
}
