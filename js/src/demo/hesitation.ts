// A thought whose model hesitated: at which words, what else it might have written, and what follows where one goes on with that.

import { codePoints } from "../state/text.ts";
import type { Scored, ScoredToken, TokenAlternative } from "../wire/checks.ts";
import type { Kind, SnapshotTurn } from "../wire/protocol.ts";
import { pieces, type Script } from "./script.ts";

export const HESITANT: Script = {
  question: "Which island of Malaysia has the most duty-free shops?",
  reasoning: `Duty-free islands of Malaysia: Langkawi, Labuan and Tioman are the ones that I recall.

Langkawi has been duty-free since 1987. Labuan is a federal territory off Sabah.

Wait, is Penang one, too? Penang was a free port until 1969, but not any more.

So the answer is Langkawi, with about 180 shops 🙂.`,
  answer: `**Langkawi** has the most: about 180 duty-free shops, most of them in Kuah, where \\(3 \\times 60 = 180\\) of them stand.`,
};

type Others = readonly (readonly [text: string, probability: number, role?: TokenAlternative["role"]])[];

/** Which word, the how manyth of its kind, and what was likely there. The first with its text is the word. */
const PLACES: readonly (readonly [Kind, string, Others])[] = [
  [
    "reasoning",
    " Labuan",
    [
      [" Labuan", 0.38],
      [" Tioman", 0.33],
      [" and", 0.12],
      [" Penang", 0.09],
      [" Pangkor", 0.02],
    ],
  ],
  [
    "reasoning",
    " recall",
    [
      [" know", 0.55],
      [" recall", 0.21],
      [" remember", 0.14],
      [" am", 0.03],
      [" can", 0.02],
    ],
  ],
  [
    "reasoning",
    "1987",
    [
      ["198", 0.47],
      ["1987", 0.44],
      ["1986", 0.04],
      ["1990", 0.02],
      ["19", 0.01],
    ],
  ],
  [
    "reasoning",
    "Wait",
    [
      ["So", 0.48],
      ["Tioman", 0.27],
      ["Wait", 0.17],
      ["</think>", 0.04, "closes"],
      ["Now", 0.02],
    ],
  ],
  [
    "reasoning",
    "1969",
    [
      ["1969", 0.62],
      ["1967", 0.2],
      ["197", 0.08],
      ["1970", 0.04],
      ["196", 0.02],
    ],
  ],
  [
    "reasoning",
    "180",
    [
      ["200", 0.31],
      ["100", 0.28],
      ["180", 0.06],
      ["150", 0.06],
      ["50", 0.05],
    ],
  ],
  [
    "reasoning",
    "🙂",
    [
      ["\n", 0.71],
      [".", 0.2],
      ["", 0.03, "part"],
      ["🙂", 0.01],
      ["<|im_end|>", 0.01, "ends"],
    ],
  ],
  [
    "answer",
    "180",
    [
      ["180", 0.83],
      ["200", 0.08],
      ["100", 0.04],
      ["150", 0.01],
      ["60", 0.01],
    ],
  ],
  [
    "answer",
    "Kuah",
    [
      ["the", 0.36],
      ["Kuah", 0.34],
      ["Pantai", 0.12],
      ["its", 0.04],
      ["Cenang", 0.03],
    ],
  ],
  [
    "answer",
    "60",
    [
      ["60", 0.15],
      ["50", 0.4],
      ["6", 0.2],
      ["20", 0.1],
      ["1", 0.05],
    ],
  ],
];

/** What the scripted kernel says of a turn; of one that isn't the one above, that there is nothing. */
export function scoredOf({ id, text }: SnapshotTurn): Omit<Scored, "id"> {
  const total = pieces(text.reasoning).length + pieces(text.answer).length;
  const tokens = PLACES.flatMap(([kind, word, others], index): ScoredToken[] => {
    const at = text[kind].indexOf(word);
    if (at < 0) return [];
    const start = codePoints(text[kind].slice(0, at));
    const alternatives = others.map(([text, probability, role], number) => ({
      id: 100 * index + number,
      text,
      probability,
      ...(role ? { role } : {}),
    }));
    const chosen = others.findIndex(([text]) => text === word);
    const probability = others[chosen]?.[1] ?? 0;
    return [
      { index: 7 * index + 3, kind, start, end: start + codePoints(word), probability, alternatives, chosen },
    ];
  });
  const isThis = text.reasoning.startsWith(HESITANT.reasoning?.slice(0, 40) ?? "");
  return isThis
    ? { type: "scored", turn: id, total, tokens }
    : { type: "scored", turn: id, total: 0, why: "A script has no probabilities.", tokens: [] };
}
