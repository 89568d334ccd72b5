// One of a few, or none: buttons side by side, of which the chosen one stays pressed. Pressed again, none is chosen.

import { element } from "../dom/dom.ts";
import { button } from "./button.ts";
import type { IconNode } from "./icon.ts";

export class Toggles<T extends string> {
  readonly element: HTMLElement;
  /** The person has chosen another, or none. */
  changed: () => void = () => {};
  #value: T | undefined;
  readonly #buttons: Map<T, HTMLButtonElement>;

  constructor(signal: AbortSignal, label: string, options: readonly (readonly [T, string, IconNode])[]) {
    this.#buttons = new Map(options.map(([value, name, icon]) => [value, button(name, { icon })]));
    this.element = element(
      "div",
      { class: "r1-toggles", role: "group", "aria-label": label },
      ...this.#buttons.values(),
    );
    for (const [value, each] of this.#buttons)
      each.addEventListener(
        "click",
        () => {
          this.show(value === this.#value ? undefined : value);
          this.changed();
        },
        { signal },
      );
    this.show(undefined);
  }

  get value(): T | undefined {
    return this.#value;
  }

  show(chosen: T | undefined): void {
    this.#value = chosen;
    for (const [value, each] of this.#buttons) each.setAttribute("aria-pressed", String(value === chosen));
  }
}
