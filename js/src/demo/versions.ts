// Conversations that a person has steered: versions of one turn, a fork, and a thought that repeats itself.

import { codePoints } from "../state/text.ts";
import { LIMITS, PACE, type Script } from "./script.ts";
import { SUM } from "./texts.ts";

const { question, reasoning: thought = "", answer = "" } = SUM;

const RIGHT = "$17 \\times 4 = 68$";
const WRONG = "$17 \\times 4 = 78$";
const at = codePoints(thought.slice(0, thought.indexOf(RIGHT) + RIGHT.indexOf("68")));

/** The first turn, and one in whose thought a person has changed a product. */
export const EDITED: Script[] = [
  SUM,
  {
    question,
    reasoning: `${thought.slice(0, thought.indexOf(RIGHT))}${WRONG}

So the product is $340 + 78 = 418$.

Wait, let me check that with another split. $(20 - 3) \\times 24 = 480 - 72 = 408$. That isn't the same.

So one of them is wrong, and it is the first: $17 \\times 4 = 68$. The answer is **408**.`,
    answer: `${answer}\n\n(A product was wrong on the way there.)`,
    state: { parent: null, version: { of: "t1", part: "reasoning", at } },
    others: { reasoning: [[at, at + "78$".length, "person"]], answer: [] },
  },
];

const kept = thought.slice(0, thought.indexOf("Wait"));
const fork = (ends: string, value: string, state: Script["state"] = {}): Script => ({
  question,
  reasoning: kept + ends,
  answer: `The answer is **${value}**.`,
  state: {
    parent: null,
    version: { of: "t1", part: "reasoning", at: codePoints(kept), fork: "f1" },
    ...state,
  },
});

const WRITTEN = {
  state: "running",
  opens_thinking: true,
  limits: LIMITS,
  pace: PACE,
  seconds: { total: 3 },
  finish_reason: undefined,
  thinking_ended_by: undefined,
} as const;

const STOPPED = { finish_reason: "cancelled", thinking_ended_by: undefined } as const;

/** The first turn, and four that go on from the middle of its thought. */
export const FORKED: Script[] = [
  SUM,
  fork("Wait, is that right? $340 + 68 = 408$, yes. So the answer is 408.", "408"),
  fork("Let me add that again: $340 + 60 = 400$ and $400 + 8 = 408$. So it is 408.", "408"),
  fork("Hmm, $340 + 68$. The ones are 8, the tens $4 + 6 = 10$. So it is 418.", "418"),
  fork("So I can answer.", "408"),
];

/** An answer that is written anew behind its first words. */
export const REWRITING: Script[] = [
  SUM,
  {
    question,
    reasoning: thought,
    answer: answer.slice(0, answer.indexOf("\n")),
    state: {
      parent: null,
      version: { of: "t1", part: "answer", at: 20 },
      state: "running",
      opens_thinking: true,
      limits: LIMITS,
      pace: PACE,
      finish_reason: undefined,
    },
  },
];

/** A question as long as a table that somebody has pasted. */
export const LISTED: Script = {
  ...SUM,
  question: `What is the product of the last line?\n\n${Array.from({ length: 5000 }, (_, line) => `${line + 1} × ${2 * line + 3} # measured on day ${line % 365}`).join("\n")}`,
};

/** Three of them: one has no answer yet, one only thinks. */
export const FORKING: Script[] = [
  SUM,
  fork("Wait, is that right? $340 + 68 = 408$, yes. So the answer is 408.", "408"),
  { ...fork("Let me add that again: $340 + 60 = 400$ and $400", "", WRITTEN), answer: "" },
  { ...fork("Hmm, $340 + 68$. So it is 408.", "", WRITTEN), answer: "The answer is" },
];

/** One is stopped, and of the others no two agree. */
export const APART: Script[] = [
  SUM,
  fork("So it is $340 + 68$.", "408"),
  { ...fork("Let me add: $340 + 60 = 400$, so", "", STOPPED), answer: "" },
  fork("The ones are 8, the tens $4 + 6 = 10$.", "418"),
];

const SOLVED = `The equation is $x^2 = 2$, so $x = \\pm\\sqrt{2}$.

| step | result |
|---|---|
| square | $x^2 = 2$ |
| root | $x = \\sqrt{2}$ |

1. The negative root is a **solution**, too.
2. Both are irrational.

\`\`\`python
from math import sqrt
print(sqrt(2))
\`\`\`

\\[ \\boxed{x = \\sqrt{2}} \\]`;

/** A turn, and a version of its answer with other formulas, another row, another line of code. */
export const REWRITTEN: Script[] = [
  { question: "What is the square root of 2?", reasoning: thought, answer: SOLVED },
  {
    question: "What is the square root of 2?",
    reasoning: thought,
    answer: SOLVED.replace("\\boxed{x = \\sqrt{2}}", "\\boxed{x = \\pm\\sqrt{2}}")
      .replace("root | $x", "root of both sides | $x")
      .replace("2. Both are irrational.", "2. Both are irrational.\n3. Their sum is $0$.")
      .replace("print(sqrt(2))", "print(-sqrt(2), sqrt(2))"),
    state: { parent: null, version: { of: "t1", part: "answer", at: 0 } },
  },
];

const begins =
  "Let me try to find $x$ with $x^2 = 3$.\n\nIt lies between 1.7 and 1.8, since $1.7^2 = 2.89$.\n\n";
const round = "But the exact value isn't a fraction, so I can't write it down as one.\n\n";
const loop = { kind: "reasoning", since: codePoints(begins), rounds: 12 } as const;
const LOOPING: Script = { question: "What is the square root of 3?", reasoning: begins + round.repeat(12) };

export const LOOPS: Script = {
  ...LOOPING,
  state: { ...WRITTEN, loop },
};

export const LOOPED: Script = {
  ...LOOPING,
  state: { finish_reason: "length", thinking_ended_by: "length", loop },
};

const checked = `${thought}\n\n`;

/** One that has checked itself, and tried another way, before it repeats itself. */
export const LOOPED_LATE: Script = {
  question,
  reasoning: checked + round.repeat(12),
  state: {
    finish_reason: "length",
    thinking_ended_by: "length",
    loop: { ...loop, since: codePoints(checked) },
  },
};
