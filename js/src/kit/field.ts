// What a person sets a value with: a box to tick, a number, a text, a choice. What all of them are to who holds the value.

import { activeIn, element, uniqueId } from "../dom/dom.ts";

export interface Field<T> {
  /** What it is made of, in order. */
  readonly parts: HTMLElement[];
  /** What a label is for, and what gets the keyboard. */
  readonly main: HTMLElement;
  /** Undefined: what stands there isn't one. */
  readonly value: T | undefined;
  /** Whether the person may be in the middle of it. */
  readonly isBusy: boolean;
  /** The person has set another one. */
  changed: () => void;
  show(value: T): void;
  /** Why it can't be set; undefined: it can. */
  forbid?(reason: string | undefined): void;
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Reading<T> {
  read: () => T | undefined;
  show: (value: T) => void;
  signal: AbortSignal;
}

/** A field of one input. */
function fieldOf<T>(main: Input, { read, show, signal }: Reading<T>): Field<T> {
  main.id = uniqueId("field");
  const field: Field<T> = {
    parts: [main],
    main,
    get value() {
      return read();
    },
    get isBusy() {
      return activeIn(main);
    },
    changed: () => {},
    show,
  };
  main.addEventListener("change", () => field.changed(), { signal });
  return field;
}

export function tick(signal: AbortSignal): Field<boolean> {
  const box = element("input", { type: "checkbox", class: "r1-tick" });
  const show = (value: boolean) => {
    box.checked = value;
  };
  const field = fieldOf(box, { read: () => box.checked, show, signal });
  // A box is never half ticked.
  return Object.defineProperty(field, "isBusy", { value: false });
}

/** `none`: what no number means; without it there is always one. */
export function numberField(signal: AbortSignal, none?: string): Field<number | null> {
  const wide = none === undefined ? "" : " r1-wide";
  const input = element("input", { type: "number", class: `r1-number${wide}`, placeholder: none });
  const empty = () => (none === undefined || input.validity.badInput ? undefined : null);
  return fieldOf(input, {
    read: () => (input.value === "" ? empty() : input.valueAsNumber),
    show: value => {
      input.value = value === null ? "" : String(value);
    },
    signal,
  });
}

/** No text is null. */
export function textField(signal: AbortSignal, placeholder: string): Field<string | null> {
  const text = element("textarea", { class: "r1-text-input", rows: "2", placeholder, dir: "auto", lang: "" });
  return fieldOf(text, {
    read: () => (text.value.trim() === "" ? null : text.value),
    show: value => {
      text.value = value ?? "";
    },
    signal,
  });
}

export function choice<T extends string>(
  signal: AbortSignal,
  options: readonly (readonly [value: T, label: string])[],
): Field<T> {
  const select = element("select", { class: "r1-choice" });
  for (const [value, label] of options) select.append(element("option", { value }, label));
  const show = (value: T) => {
    select.value = value;
  };
  const field = fieldOf(select, { read: () => select.value as T, show, signal });
  return Object.defineProperty(field, "isBusy", { value: false });
}

/** One of a few, all of them seen. */
export function radios<T extends string>(
  signal: AbortSignal,
  label: string,
  options: readonly (readonly [value: T, label: string])[],
): Field<T> {
  const name = uniqueId("radios");
  const inputs = options.map(([value]) => element("input", { type: "radio", name, value }));
  const group = element("div", { class: "r1-radios", role: "radiogroup", "aria-label": label });
  for (const [index, input] of inputs.entries())
    group.append(element("label", {}, input, options[index]?.[1] ?? ""));
  const field: Field<T> = {
    parts: [group],
    get main() {
      return inputs.find(input => input.checked) ?? group;
    },
    get value() {
      return inputs.find(input => input.checked)?.value as T | undefined;
    },
    isBusy: false,
    changed: () => {},
    show: value => {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
  group.addEventListener("change", () => field.changed(), { signal });
  return field;
}
