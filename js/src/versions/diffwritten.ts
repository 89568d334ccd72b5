// The changes of one part of a turn as it was written, sign by sign: what was taken away and what came, and what stayed the same,
// of which most is folded to a line that opens. As it is read, diffprose.ts shows them.

import type { Texts } from "../texts/index.ts";
import type { Change } from "../wire/extras.ts";
import type { Part } from "../wire/protocol.ts";
import { countWords, foldOf, signed } from "./diffsigns.ts";

/** Words of what stayed that are shown beside a change. */
const BESIDE = 14;
/** Fewer words than this aren't folded. */
const FOLDED = 20;

/** `isOpen`: whether the reader has opened a fold, which has a key. */
export function asWritten(
  part: Part,
  found: readonly Change[],
  isOpen: (key: string) => boolean,
  texts: Texts,
): DocumentFragment {
  const text = document.createDocumentFragment();
  let passed = 0;
  for (const [index, change] of found.entries()) {
    if (change.type === "same") {
      // By how much had stayed the same before it.
      const key = `written ${part} ${passed}`;
      text.append(
        ...(isOpen(key) ? [change.text] : same(change.text, key, index > 0, index < found.length - 1, texts)),
      );
      passed += change.text.length;
    } else {
      text.append(...changed(change, texts));
    }
  }
  return text;
}

function changed({ type, text }: Change, texts: Texts): (Node | string)[] {
  // An end of a line is no box on the next one.
  const words = text.replace(/\n+$/, "");
  return [signed(type === "added" ? "added" : "removed", [words || "⏎"], texts), text.slice(words.length)];
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
  const fold = foldOf(countWords(text.slice(from, to)), key, texts);
  return [text.slice(0, from).trimEnd(), fold, text.slice(to).trimStart()].filter(part => part !== "");
}
