// A chip: a word or a count in a pill, beside what it is said of. One that can be pressed is a button that looks so.

import { element } from "../dom/dom.ts";
import { button } from "./button.ts";
import { type IconNode, icon } from "./icon.ts";

export function chip(label: string, drawing?: IconNode): HTMLElement {
  return element("span", { class: "r1-chip" }, ...(drawing ? [icon(drawing)] : []), label);
}

export function chipButton(
  label: string,
  options: { icon?: IconNode; title?: string; class?: string },
): HTMLButtonElement {
  return button(label, { ...options, class: `r1-chip ${options.class ?? ""}`.trim() });
}
