// How a turn and its thought ended, what can be done with it, and whose words stand in it, in each language: the page's view of the words that exports and
// terminals take from the same file of the Python package.

import words from "../../../r1widget/conversation/outcomes.json" with { type: "json" };
import type { Origin, ThinkingEnd } from "../wire/protocol.ts";
import type { Outcome } from "./kinds.ts";

type Word = Partial<Record<"en" | "zh" | "file", string>>;

/** Those of one language. */
export function outcomes(language: "en" | "zh") {
  const word = (table: Record<string, Word>, key: string): string => table[key]?.[language] ?? "";
  return {
    outcome: (outcome: Outcome): string =>
      word(words.outcomes, outcome).replace("{limit}", words.limit[language]),
    /** What the one who asked could do about it. */
    advice: (outcome: Outcome): string => word(words.advice, outcome),
    thinkingEndedBy: (by: ThinkingEnd): string => word(words.thinking_ended_by, by),
    /** What a person can do with a turn, as its buttons say it. */
    answerNow: word(words.acts, "answer_now"),
    thinkMore: word(words.acts, "think_more"),
    edit: word(words.acts, "edit"),
    regenerate: word(words.acts, "regenerate"),
    resume: word(words.acts, "resume"),
    /** At the side of words that aren't the model's. */
    author: (origin: Origin): string => word(words.origins, origin),
  };
}
