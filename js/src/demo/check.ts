// Conversations of which something is known beyond their text: what doesn't come out, what other answers have, where it was decided.

import { codePoints } from "../state/text.ts";
import type { TurnChecks, TurnFinding, TurnSupport } from "../wire/checks.ts";
import type { Kind } from "../wire/protocol.ts";
import { LIMITS, PACE, type Script } from "./script.ts";

/** Where `words` stand in `text`, in code points. */
export function placeOf(text: string, words: string, from = 0): [start: number, end: number] {
  const at = text.indexOf(words, from);
  if (at < 0) throw new Error(`Not there: ${words}`);
  const start = codePoints(text.slice(0, at));
  return [start, start + codePoints(words)];
}

function finding(
  kind: Kind,
  text: string,
  words: string,
  right: string,
  what: TurnFinding["what"],
): TurnFinding {
  const [start, end] = placeOf(text, words);
  return { what, kind, start, end, text: words, right };
}

const SLIP_THOUGHT = `I need 17 × 24 and then a third of it.

First, 17 × 20 = 340, and 17 × 4 = 78. So the product is 340 + 78 = 418.

Wait, let me check that with another split: 20 × 24 = 480 and 3 × 24 = 72, so it is 480 - 72 = 408. That isn't the same.

Hmm, 7 × 4 = 28, so 17 × 4 = 68, and the product is 408. A third of 408 is 136.

So the answer is 136.`;
const SLIP_ANSWER = `The product is \\(17 \\times 24 = 408\\), and a third of it is **136**.

As a check: \\(3 \\times 136 = 418\\).`;

const slips: TurnFinding[] = [finding("reasoning", SLIP_THOUGHT, "17 × 4 = 78", "68", "arithmetic")];

export const SLIPS: Script = {
  question: "What is a third of 17 × 24?",
  reasoning: SLIP_THOUGHT,
  answer: SLIP_ANSWER,
  checks: {
    findings: [...slips, finding("answer", SLIP_ANSWER, "3 \\times 136 = 418", "408", "arithmetic")],
  },
};

/** The same, as it is written. */
export const SLIPPING: Script = {
  question: SLIPS.question,
  reasoning: SLIP_THOUGHT.slice(0, SLIP_THOUGHT.indexOf(" That isn't")),
  checks: { findings: slips },
  state: {
    state: "running",
    opens_thinking: true,
    limits: LIMITS,
    pace: PACE,
    finish_reason: undefined,
    thinking_ended_by: undefined,
  },
};

/** All that can be found without asking again. */
export const FOUND: Script = {
  ...SLIPS,
  question: "17 × 24 的三分之一是多少？请用 \\boxed{} 给出答案。",
  checks: {
    findings: [
      ...(SLIPS.checks?.findings ?? []),
      finding("answer", SLIP_ANSWER, "136", "138", "other_value"),
      {
        what: "cut",
        kind: "reasoning",
        start: codePoints(SLIP_THOUGHT),
        end: codePoints(SLIP_THOUGHT),
        text: "",
      },
      {
        what: "language",
        kind: "answer",
        start: codePoints(SLIP_ANSWER),
        end: codePoints(SLIP_ANSWER),
        text: "en",
        right: "zh",
      },
      {
        what: "unboxed",
        kind: "answer",
        start: codePoints(SLIP_ANSWER),
        end: codePoints(SLIP_ANSWER),
        text: "",
      },
    ],
  },
};

/** A term of an answer, which `found` of the samples have, too. */
function term(
  answer: string,
  text: string,
  kind: TurnSupport["kind"],
  found: number[],
  of: number,
): TurnSupport {
  const spans: [number, number][] = [];
  for (let at = answer.indexOf(text); at >= 0; at = answer.indexOf(text, at + text.length))
    spans.push(placeOf(answer, text, at));
  return { text, kind, spans, found_in: found, count: found.length + 1, total: of + 1 };
}

const ISLANDS = `Malaysia has several hundred islands. Some that travellers go to:

- **Langkawi**, off the coast of Kedah: an archipelago of 99 islands
- **Penang**, with the old town of George Town
- **Tioman**, in the South China Sea
- **Andaman and Nicobar Islands**, known for their reefs
- **Sipadan**, off Sabah, for divers`;
const OTHER_ISLANDS = [
  "Langkawi in Kedah, Penang with George Town, Tioman and Redang in the South China Sea, and Sipadan off Sabah.",
  "Well known are **Langkawi** (an archipelago of 99 islands off Kedah), **Penang**, and **Tioman**. Divers go to Sipadan.",
  "- Penang\n- Langkawi\n- Tioman in the South China Sea\n- the Perhentian Islands\n- Labuan, off Sabah",
  "Langkawi, Penang, Pangkor, Tioman. George Town on Penang is a heritage site.",
];

export const ISLANDS_ASKED: Script = {
  question: "Which islands of Malaysia would you visit?",
  reasoning:
    "The person wants islands of Malaysia. Let me list the ones that I know.\n\nLangkawi and Penang first. Then Tioman, in the east.\n\nAlternatively, islands for divers: Sipadan, and the Andaman and Nicobar Islands.\n\nSo I give five of them.",
  answer: ISLANDS,
  checks: {
    check: {
      samples: OTHER_ISLANDS.map((answer, index) => ({
        answer,
        finish_reason: index === 3 ? "length" : "stop",
        tokens: 40 + 7 * index,
      })),
      by: "text",
      groups: [ISLANDS, ...OTHER_ISLANDS].map((answer, index) => ({
        value: answer,
        by: "text" as const,
        members: [index],
      })),
      without: [],
      support: [
        term(ISLANDS, "Andaman and Nicobar Islands", "name", [], 4),
        term(ISLANDS, "99", "number", [1], 4),
        term(ISLANDS, "Kedah", "name", [0, 1], 4),
        term(ISLANDS, "South China Sea", "name", [0, 2], 4),
        term(ISLANDS, "George Town", "name", [0, 3], 4),
        term(ISLANDS, "Sabah", "name", [0, 2], 4),
        term(ISLANDS, "Sipadan", "name", [0, 1], 4),
        term(ISLANDS, "Tioman", "name", [0, 1, 2, 3], 4),
        term(ISLANDS, "Langkawi", "name", [0, 1, 2, 3], 4),
        term(ISLANDS, "Penang", "name", [0, 1, 2, 3], 4),
        term(ISLANDS, "Malaysia", "name", [0, 1, 2, 3], 4),
      ],
    },
  },
};

const INITIATIVE = `二〇一六年启动的“蓝色海岸倡议”由青岛市政府与联合国环境规划署共同发起，计划在2020年前修复120公里海岸线。`;
const OTHER_INITIATIVES = [
  "我没有找到名为“蓝色海岸倡议”的项目。青岛市有多个海岸线整治项目。",
  "“蓝色海岸倡议”似乎是青岛市的一个环保项目，具体年份不详。",
];

/** An initiative that doesn't exist; in Chinese. */
export const INITIATIVE_ASKED: Script = {
  question: "“蓝色海岸倡议”是什么？",
  reasoning: "用户问的是“蓝色海岸倡议”。\n\n我需要回忆相关信息。\n\n所以，我可以这样回答。",
  answer: INITIATIVE,
  checks: {
    check: {
      samples: OTHER_INITIATIVES.map(answer => ({ answer, finish_reason: "stop", tokens: 31 })),
      by: "text",
      groups: [INITIATIVE, ...OTHER_INITIATIVES].map((answer, index) => ({
        value: answer,
        by: "text" as const,
        members: [index],
      })),
      without: [],
      support: [
        term(INITIATIVE, "联合国环境规划署", "name", [], 2),
        term(INITIATIVE, "二〇一六年", "date", [], 2),
        term(INITIATIVE, "120公里", "number", [], 2),
        term(INITIATIVE, "2020年", "date", [], 2),
        term(INITIATIVE, "蓝色海岸倡议", "quote", [0, 1], 2),
        term(INITIATIVE, "青岛市", "name", [0, 1], 2),
      ],
    },
  },
};

const sample = (answer: string, tokens: number) => ({ answer, finish_reason: "stop" as const, tokens });
const SAMPLES = [
  sample("A third of \\(17 \\times 24 = 408\\) is **136**.", 24),
  sample("\\[ \\frac{17 \\times 24}{3} = 17 \\times 8 = 136 \\]", 31),
  sample("17 × 24 = 418, so a third is about **139.3**.", 28),
  sample("It is 136.", 6),
];

const AGREED: NonNullable<TurnChecks["check"]> = {
  samples: SAMPLES,
  by: "value",
  groups: [
    { value: "136", by: "value", members: [0, 1, 2, 4] },
    { value: "139.3", by: "value", members: [3] },
  ],
  without: [],
  support: [
    term(SLIP_ANSWER, "418", "number", [2], 4),
    term(SLIP_ANSWER, "17", "number", [0, 1, 2], 4),
    term(SLIP_ANSWER, "136", "number", [0, 1, 3], 4),
  ],
};

const TRACED: NonNullable<TurnChecks["answer_trace"]> = {
  answers: ["136", "139.3"],
  boundaries: [
    { step: 0, at: 0, counts: [3, 0], without: 1 },
    { step: 2, at: placeOf(SLIP_THOUGHT, "So the product is 340")[0], counts: [1, 3], without: 0 },
    { step: 3, at: placeOf(SLIP_THOUGHT, "Wait, let me")[0], counts: [0, 4], without: 0 },
    { step: 4, at: placeOf(SLIP_THOUGHT, "Hmm, 7")[0], counts: [3, 1], without: 0 },
    { step: 5, at: placeOf(SLIP_THOUGHT, "So the answer")[0], counts: [4, 0], without: 0 },
  ],
  decided: 5,
  turned: 3,
};

/** Two of four have come, and nobody writes the others. */
export const ASKING: Script = {
  ...SLIPS,
  checks: {
    ...SLIPS.checks,
    check: {
      ...AGREED,
      samples: SAMPLES.slice(0, 2),
      groups: [{ value: "136", by: "value", members: [0, 1, 2] }],
      support: [],
    },
    under: { check: { done: 2, total: 4, left: 21 }, trace_answer: { done: 12, total: 32, left: 64 } },
  },
};

export const ALL_OF_IT: Script = {
  ...SLIPS,
  checks: { ...SLIPS.checks, check: AGREED, answer_trace: TRACED },
};

/** What a check of any turn of this page finds: as it comes, the last is all of it. */
export function found(checks: TurnChecks, what: "check" | "trace_answer", k: number): TurnChecks[] {
  const total = what === "check" ? k : TRACED.boundaries.length * k;
  const stages: TurnChecks[] = [];
  const count = what === "check" ? k : TRACED.boundaries.length;
  for (let done = 0; done <= count; done++) {
    const under =
      done < count
        ? { [what]: { done: what === "check" ? done : done * k, total, left: 3 * (count - done) } }
        : {};
    const news: TurnChecks =
      what === "check"
        ? done > 0
          ? { check: asked(done) }
          : {}
        : done > 0
          ? { answer_trace: traced(done) }
          : {};
    stages.push({ ...checks, ...news, under });
  }
  return stages;
}

function asked(count: number): NonNullable<TurnChecks["check"]> {
  const samples = Array.from(
    { length: count },
    (_, index) => SAMPLES[index % SAMPLES.length] ?? sample("", 0),
  );
  const same = samples.flatMap((_, index) => (index % SAMPLES.length === 2 ? [] : [index + 1]));
  const other = samples.flatMap((_, index) => (index % SAMPLES.length === 2 ? [index + 1] : []));
  return {
    samples,
    by: "value",
    groups: [
      { value: "136", by: "value", members: [0, ...same] },
      ...(other.length > 0 ? [{ value: "139.3", by: "value" as const, members: other }] : []),
    ],
    without: [],
    support: [],
  };
}

function traced(count: number): NonNullable<TurnChecks["answer_trace"]> {
  const boundaries = TRACED.boundaries.slice(0, count);
  const { answers, decided = 0, turned = 0 } = TRACED;
  return count < TRACED.boundaries.length
    ? { answers, boundaries }
    : { answers, boundaries, decided, turned };
}
