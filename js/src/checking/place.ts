// A button that leads to a place of the text.

import { button } from "../kit/button.ts";
import type { Kind } from "../wire/protocol.ts";
import type { Checking } from "./section.ts";
import { short } from "./value.ts";

/** `start` and `end` in code points; `words`: what stands there. */
export function goButton(
  { store, marks }: Checking,
  kind: Kind,
  start: number,
  end: number,
  words: string,
): HTMLButtonElement {
  const { texts } = store;
  const made = button(texts.loopJump, { class: "r1-check-go", "aria-label": texts.goTo(short(words)) });
  // No signal: it goes with its row.
  made.addEventListener("click", () => {
    const [from = 0, to = 0] = marks.units(kind, [start, end]);
    marks.go(kind, to > from ? from : Math.max(0, from - 1), Math.max(to, from));
  });
  return made;
}
