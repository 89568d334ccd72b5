// Conversations in which their reader has written something.

import type { TurnNote } from "../wire/checks.ts";
import type { Kind } from "../wire/protocol.ts";
import { placeOf, SLIPS } from "./check.ts";
import type { Script } from "./script.ts";

const { reasoning = "", answer = "" } = SLIPS;

/** Each in a minute of its own. */
function note(index: number, kind: Kind, words: string, rest: Partial<TurnNote>): TurnNote {
  const [start, end] = words ? placeOf(kind === "answer" ? answer : reasoning, words) : [0, 0];
  return { id: `n${index}`, kind, start, end, created: `2026-03-01T12:0${index}:00Z`, ...rest };
}

const STEP = reasoning.slice(reasoning.indexOf("Wait, let"), reasoning.indexOf("Hmm"));

export const NOTED: Script = {
  ...SLIPS,
  checks: {
    notes: [
      note(1, "reasoning", "17 × 4 = 78", {
        verdict: "wrong",
        text: "Ten too many: 7 × 4 is 28, so there is a 6 in front.",
      }),
      note(2, "reasoning", STEP, { verdict: "right", text: "Good: a second way, and it says so." }),
      note(3, "answer", "17 \\times 24 = 408", { verdict: "right" }),
      note(4, "answer", "As a check", { verdict: "unsure", text: "Why does it check this and not 17 × 24?" }),
      note(5, "answer", "", { text: "The slip is found, but not said." }),
    ],
  },
};

/** The reader expects something, and it has come. */
export const EXPECTED: Script = {
  ...SLIPS,
  checks: { notes: [note(1, "answer", "", { text: "About 130: 400 divided by 3.", is_prediction: true })] },
};
