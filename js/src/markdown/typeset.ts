// Formulas to MathML, with Temml. One of the extras: its tables are two fifths of all code of the page.

import temml from "temml";

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
}
