// How far a turn is, and what a screen reader is told when it has come so far.

import { outcomeOf } from "../state/outcome.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";

export type Phase = "queued" | "reading" | "thinking" | "answering" | "ended";

export function phaseOf({ state, texts: { reasoning, answer } }: Turn): Phase {
  if (state.state !== "running") return state.state;
  return answer.begun ? "answering" : reasoning.begun ? "thinking" : "reading";
}

/** Empty: nothing is worth a word. */
export function announced(phase: Phase, turn: Turn, texts: Texts): string {
  switch (phase) {
    case "queued":
    case "reading":
      return "";
    case "thinking":
      return texts.sayThinking;
    case "answering":
      return texts.sayAnswering;
    case "ended":
      return end(turn, texts);
  }
}

function end({ state, texts: written }: Turn, texts: Texts): string {
  if (state.finish_reason === "error") return texts.sayFailed;
  if (state.interrupted)
    return texts.outcome(outcomeOf(state, written.reasoning.begun, written.answer.begun));
  if (state.finish_reason === "cancelled") return texts.sayStopped;
  return texts.sayReady(wordsIn(written.answer.value));
}

/** As a person counts them; a text in Chinese has no spaces to count by. */
function wordsIn(text: string): number {
  if (typeof Intl.Segmenter === "undefined") return text.split(/\s+/).filter(word => word !== "").length;
  let count = 0;
  for (const { isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text))
    if (isWordLike) count++;
  return count;
}
