// A value that answers end in, as it is drawn: a formula, or a text, of which what is long is cut off.

import { element } from "../dom/dom.ts";
import { drawMath } from "../markdown/math.ts";

/** Characters of a text that stands for an answer. */
const LONG = 48;

export const short = (value: string): string => {
  const letters = [...value.replace(/\s+/g, " ").trim()];
  return letters.length > LONG ? `${letters.slice(0, LONG - 1).join("")}…` : letters.join("");
};

export function drawValue(value: string): HTMLElement {
  const holder = element("span", { class: "r1-check-value", lang: "", dir: "auto" });
  holder.append(value.includes("\\") ? drawMath(value, false) : short(value));
  return holder;
}
