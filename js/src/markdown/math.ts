// Drawing formulas, as MathML. Which are some is told in dialect/math.ts.

import temml from "temml";
import { element } from "../dom/dom.ts";

/** `tex` drawn; the source as it is where it can't be. */
export function drawMath(tex: string, display: boolean): HTMLElement {
  const holder = element("span", { class: display ? "r1-math r1-math-display" : "r1-math" });
  try {
    typeset(tex, display, holder);
    holder.title = tex.trim();
  } catch {
    holder.replaceChildren(element("code", { class: "r1-tex" }, tex.trim()));
  }
  return holder;
}

/** "%" begins a comment, which would swallow the rest of its line; models write "40%", and what they wrote is shown. */
const PER_CENT = /\\[\s\S]|%/g;

/** Names that the library doesn't know, of environments that it does. */
const ALIGNED = /(\\(?:begin|end)\{)(?:eqnarray|flalign)\*?(?=\})/g;

/** Put `tex` into `holder` as MathML; throws where it can't be. */
export function typeset(tex: string, display: boolean, holder: HTMLElement): void {
  // `trust: false`: \href and the like are errors, so nothing in a formula is a link. The limits are for a formula
  // that expands itself without end, and for one that is a kilometre wide.
  const known = tex.replace(PER_CENT, sign => (sign === "%" ? "\\%" : sign)).replace(ALIGNED, "$1align*");
  temml.render(known, holder, {
    displayMode: display,
    throwOnError: true,
    trust: false,
    strict: false,
    maxExpand: 200,
    maxSize: [20, 20],
  });
  for (const node of holder.querySelectorAll("[href], [src], a, img")) node.replaceWith(...node.childNodes);
  // Brackets of the height of what is within take a font for mathematics; these are drawn by the stylesheet.
  for (const { parentElement: row } of holder.querySelectorAll("mfrac[linethickness^='0']"))
    if (row?.children.length === 3 && /^\([\s\S]*\)$/.test(row.textContent ?? ""))
      row.classList.add("r1-binom");
}
