// How a change is shown: a colour, and beside it a sign for the eyes and a word for the ears. And what stands in place of a text
// that is the same in both versions.

import { element, plainButton } from "../dom/dom.ts";
import type { Texts } from "../texts/index.ts";

export type Side = "removed" | "added";

/** What changed within a line, or as a whole. */
export function signed(
  side: Side,
  nodes: readonly (Node | string)[],
  texts: Texts,
  isBlock = false,
): HTMLElement {
  const isAdded = side === "added";
  return element(
    isAdded ? "ins" : "del",
    { class: isBlock ? "r1-diff-change r1-diff-block" : "r1-diff-change" },
    // What a browser tells of <ins> and <del> is not what a screen reader says.
    element("span", { class: "r1-said", lang: texts.tag }, isAdded ? texts.added : texts.removed),
    element("span", { class: "r1-diff-sign", "aria-hidden": "true" }, isAdded ? "+" : "−"),
    ...nodes,
  );
}

/** A line that opens; `key` tells which one it is. */
export function foldOf(words: number, key: string, texts: Texts): HTMLButtonElement {
  return plainButton(texts.sameWords(words), {
    class: "r1-diff-fold",
    lang: texts.tag,
    "data-fold": key,
    "aria-expanded": "false",
  });
}

/** As a person counts them; Chinese by its signs. */
export function countWords(text: string): number {
  return text.match(/\p{Script=Han}|[\p{L}\p{M}\p{N}_]+/gu)?.length ?? 0;
}
