// The changes of one part of a turn, drawn: what was taken away and what came, and what stayed the same, of which most is folded
// to a line that opens.

import { element, plainButton } from "../dom/dom.ts";
import type { Texts } from "../texts/index.ts";
import type { Change } from "../wire/extras.ts";
import type { Part } from "../wire/protocol.ts";

/** Words of what stayed that are shown beside a change. */
const BESIDE = 14;
/** Fewer words than this aren't folded. */
const FOLDED = 20;

/** `isOpen`: whether the reader has opened a fold, which has a key. `note`: what is said before the changes; may be empty. */
export function diffPart(
  part: Part,
  found: readonly Change[],
  note: string,
  isOpen: (key: string) => boolean,
  texts: Texts,
): HTMLElement {
  const text = element("div", { class: "r1-diff-text", dir: "auto", lang: "" });
  if (note !== "") text.append(element("div", { class: "r1-diff-note", lang: texts.tag }, note));
  let passed = 0;
  for (const [index, change] of found.entries()) {
    if (change.type === "same") {
      // By how much had stayed the same before it.
      const key = `${part} ${passed}`;
      text.append(
        ...(isOpen(key) ? [change.text] : same(change.text, key, index > 0, index < found.length - 1, texts)),
      );
      passed += change.text.length;
    } else {
      text.append(...changed(change, texts));
    }
  }
  return element(
    "section",
    // Not a heading: its level would depend on what else is on the page.
    { class: "r1-diff-part", "data-part": part, role: "group", "aria-label": texts.diffPart(part) },
    element("div", { class: "r1-diff-name", "aria-hidden": "true" }, texts.diffPart(part)),
    text,
  );
}

function changed({ type, text }: Change, texts: Texts): (Node | string)[] {
  const isAdded = type === "added";
  // An end of a line is no box on the next one.
  const words = text.replace(/\n+$/, "");
  const end = text.slice(words.length);
  // What a browser tells of <ins> and <del> is not what a screen reader says; the sign is for the eyes.
  const change = element(
    isAdded ? "ins" : "del",
    { class: "r1-diff-change" },
    element("span", { class: "r1-said", lang: texts.tag }, isAdded ? texts.added : texts.removed),
    element("span", { class: "r1-diff-sign", "aria-hidden": "true" }, isAdded ? "+" : "−"),
    words || "⏎",
  );
  return [change, end];
}

/** As it is beside a change, and a line in place of the rest. */
function same(
  text: string,
  key: string,
  hasBefore: boolean,
  hasAfter: boolean,
  texts: Texts,
): (string | HTMLElement)[] {
  const words = [...text.matchAll(/\S+/g)];
  const start = hasBefore ? Math.min(BESIDE, words.length) : 0;
  const end = hasAfter ? Math.max(start, words.length - BESIDE) : words.length;
  if (end - start < FOLDED) return [text];
  const from = start === 0 ? 0 : (words[start]?.index ?? text.length);
  const to = end === words.length ? text.length : (words[end]?.index ?? text.length);
  const fold = plainButton(texts.sameWords(countWords(text.slice(from, to))), {
    class: "r1-diff-fold",
    lang: texts.tag,
    "data-fold": key,
    "aria-expanded": "false",
  });
  return [text.slice(0, from).trimEnd(), fold, text.slice(to).trimStart()].filter(part => part !== "");
}

/** As a person counts them; Chinese by its signs. */
export function countWords(text: string): number {
  return text.match(/\p{Script=Han}|[\p{L}\p{M}\p{N}_]+/gu)?.length ?? 0;
}
