// A card: something that is one thing, set apart from the text around it.

import { element } from "../dom/dom.ts";

export function card(
  attributes: Record<string, string | boolean | undefined>,
  ...children: (Node | string)[]
): HTMLElement {
  const { class: more, ...others } = attributes;
  return element("section", { class: `r1-card${more ? ` ${more}` : ""}`, ...others }, ...children);
}
