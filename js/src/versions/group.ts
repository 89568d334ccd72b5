// Continuations that came to the same answer, in one card that says so and how many they are; one of them is open. While they are
// being written each is alone in a card.

import { activeIn, element, uniqueId } from "../dom/dom.ts";
import { card } from "../kit/card.ts";
import { drawMath } from "../markdown/math.ts";
import type { Continuation } from "./continuation.ts";

export class Group {
  readonly element: HTMLElement;
  readonly #title = element("div", { class: "r1-group-title", id: uniqueId("group") });

  /** `title`: what they have in common; empty while that isn't known. It may end in a `value`. */
  constructor(members: readonly Continuation[], title = "", value = "") {
    const isFormula = value.includes("\\") && title.endsWith(value);
    this.#title.append(...(isFormula ? [title.slice(0, -value.length), drawMath(value, false)] : [title]));
    this.#title.hidden = title === "";
    // One alone has a name of its own.
    const named = title === "" ? {} : { role: "group", "aria-labelledby": this.#title.id };
    this.element = card({ class: "r1-group", ...named }, this.#title);
    const among = members.length > 1;
    const held = members.find(({ element }) => activeIn(element));
    for (const [index, member] of members.entries()) {
      member.among = among;
      if (among) member.open(index === 0 || member === held);
      this.element.append(member.element);
    }
  }
}
