// The one button. It has a label and perhaps an icon; where the icon stands alone the label is its name and its tooltip. How it
// looks: quiet beside a text, outlined where it is the way on, solid for the one act of a panel.

import { element, setText } from "../dom/dom.ts";
import { type IconNode, icon } from "./icon.ts";

export type Look = "quiet" | "outlined" | "solid";

export interface ButtonOptions {
  look?: Look;
  icon?: IconNode;
  /** Whether the icon stands alone. */
  bare?: boolean;
  /** What it does, in a sentence. */
  title?: string | undefined;
  class?: string;
  [attribute: string]: unknown;
}

/** A button that does nothing by itself, least of all submit a form. */
export function button(label: string, options: ButtonOptions = {}): HTMLButtonElement {
  const { look = "quiet", icon: drawing, bare = false, class: more = "", ...attributes } = options;
  const names = ["r1-button", `r1-${look}`, ...(bare ? ["r1-bare"] : []), ...(more ? [more] : [])];
  const made = element("button", {
    type: "button",
    class: names.join(" "),
    ...(attributes as Record<string, string | boolean | undefined>),
  });
  if (drawing) made.append(icon(drawing));
  if (!bare) made.append(element("span", { class: "r1-label" }, label));
  relabel(made, label);
  return made;
}

/** It is called otherwise now; a tooltip that only says its name says the new one. */
export function relabel(target: HTMLButtonElement, label: string): void {
  const shown = target.querySelector(":scope > .r1-label");
  if (shown) {
    setText(shown, label);
    return;
  }
  if (!target.title || target.title === target.getAttribute("aria-label")) target.title = label;
  target.setAttribute("aria-label", label);
}

/** Another icon; the label stays. */
export function redraw(target: HTMLButtonElement, drawing: IconNode): void {
  target.querySelector(":scope > .r1-icon")?.replaceWith(icon(drawing));
}
