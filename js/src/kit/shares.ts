// How many of each, in one bar: told apart by their pattern, not by colour alone. The last is what there is none of.

import { element } from "../dom/dom.ts";

/** Patterns that there are; further ones have the last. */
const PATTERNS = 4;

export function drawShares(counts: readonly number[]): HTMLElement {
  const last = counts.length - 1;
  return element(
    "span",
    { class: "r1-shares" },
    ...counts.flatMap((count, index) => {
      if (count === 0) return [];
      const pattern = index === last ? "none" : String(Math.min(index, PATTERNS - 1));
      const share = element("span", { class: "r1-share", "data-answer": pattern });
      share.style.flexGrow = String(count);
      return [share];
    }),
  );
}
