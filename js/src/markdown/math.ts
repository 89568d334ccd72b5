// Drawing formulas. Which are some is told in dialect/math.ts, and how they are set in typeset.ts.

import { element } from "../dom/dom.ts";
import { extras } from "../wire/extras.ts";

/** `tex` drawn; the source as it is where it can't be, or can't be yet. */
export function drawMath(tex: string, display: boolean): HTMLElement {
  const holder = element("span", { class: display ? "r1-math r1-math-display" : "r1-math" });
  try {
    if (!extras.now) throw new Error("What sets it hasn't come yet.");
    extras.now.typeset(tex, display, holder);
    holder.title = tex.trim();
  } catch {
    holder.replaceChildren(element("code", { class: "r1-tex" }, tex.trim()));
  }
  return holder;
}
