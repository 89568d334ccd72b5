// Questions to begin with: what the kernel suggests, or else what suits the model.

import type { Store } from "../state/store.ts";
import type { Example } from "../texts/kinds.ts";

/** A question that is asked, or for `variable` one that is written into a cell. */
export interface Suggestion {
  example?: Example;
  question: string;
}

const SUMS: readonly Example[] = ["easySum", "middleSum", "hardSum"];
const THOUGHTS: readonly Example[] = ["puzzle", "proof"];

/** `hasCell`: whether a cell can be put below, in which the chat can be asked. */
export function examplesOf({ texts, traits }: Store, hasCell: boolean): Suggestion[] {
  const { engine, suggestions } = traits;
  if (suggestions) return suggestions.map(question => ({ question }));
  const last: Example = hasCell ? "variable" : "counting";
  const chosen = engine?.about?.skill === "sums" ? SUMS : [...THOUGHTS, last];
  return chosen.map(example => ({ example, question: texts.example(example) }));
}

/** What of a cell asks this chat: its magic. Undefined: there is no name to call the chat by. See r1widget/jupyter/magic.py. */
export function magicFor(called: string): string | undefined {
  if (called === "%r1 show") return "%%r1";
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(called) ? `%%r1 --chat ${called}` : undefined;
}
