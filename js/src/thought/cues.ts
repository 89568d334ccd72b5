// What a step of a thought may begin with. Mirrors r1widget/reasoning/cues.py; tests/wire/steps.json holds both
// to the same.

import type { StepKind } from "../texts/kinds.ts";

const CHECKS = ["check", "double check", "double-check", "verify", "confirm", "make sure", "recheck"];
const REDOS = [
  "re-check",
  "recompute",
  "recalculate",
  "reconsider",
  "re-examine",
  "reread",
  "re-read",
  "rethink",
];
const each = (beginnings: string[], verbs: string[]) =>
  beginnings.flatMap(begin => verbs.map(verb => `${begin} ${verb}`));

/** What a step may begin with, in small letters, and the kind that makes it. "plan" cuts no paragraph. */
export const CUES: Record<Exclude<StepKind, "step">, string[]> = {
  check: [
    ...[
      "wait",
      "but wait",
      "oh wait",
      "no wait",
      "no, wait",
      "so wait",
      "hold on",
      "but hold on",
      "hmm",
      "actually",
    ],
    ...each(["let me", "let's", "i should", "i'll", "to"], CHECKS),
    ...each(["let me", "let's"], REDOS),
    ...[
      "checking",
      "is that right",
      "is that correct",
      "is this right",
      "is this correct",
      "on second thought",
    ],
    ...["等等", "等一下", "不对", "让我检查", "让我验证", "让我再", "检查一下", "验证一下"],
  ],
  alternative: [
    ...["alternatively", "another way", "another approach", "another idea", "another thought"],
    ...[
      "another possibility",
      "on the other hand",
      "what if",
      "let me try",
      "let's try",
      "maybe another way",
    ],
    ...["wait, another way", "或者", "另外", "另一种", "换一种"],
  ],
  conclusion: [
    ...["so", "therefore", "thus", "hence", "in conclusion", "in summary", "to summarize", "final answer"],
    ...["the final answer", "the answer is", "which means", "this means", "that means"],
    ...["所以", "因此", "综上", "总之"],
  ],
  plan: [
    ...[
      "first",
      "firstly",
      "second",
      "secondly",
      "third",
      "next",
      "then",
      "now",
      "finally",
      "let me",
      "let's",
    ],
    ...["okay", "ok", "alright", "to solve", "to find", "i need to", "we need to", "step"],
    ...["首先", "其次", "然后", "接下来", "现在", "好的", "嗯"],
  ],
};

const KINDS = new Map<string, StepKind>();
for (const [kind, phrases] of Object.entries(CUES))
  for (const phrase of phrases) KINDS.set(phrase, kind as StepKind);
/** By their first letter, the longest first. */
const PHRASES = new Map<string, string[]>();
for (const phrase of [...KINDS.keys()].sort((a, b) => b.length - a.length))
  PHRASES.set(phrase[0] as string, [...(PHRASES.get(phrase[0] as string) ?? []), phrase]);
const LONGEST = Math.max(...[...KINDS.keys()].map(phrase => phrase.length));

/** The kind of the cue at `at`; undefined: there is none; "": more text must tell. */
export function cueAt(text: string, from: number, final: boolean): StepKind | "" | undefined {
  const at = text.startsWith("**", from) ? from + 2 : from;
  const rest = text
    .slice(at, at + LONGEST + 1)
    .toLowerCase()
    .replaceAll("’", "'");
  if (rest === "" || (rest === "*" && at === text.length - 1)) return final ? undefined : "";
  const open = !final && rest.length <= LONGEST;
  for (const phrase of PHRASES.get(rest.charAt(0)) ?? []) {
    if (rest.startsWith(phrase)) {
      const after = rest.charAt(phrase.length);
      const isWord = phrase.charCodeAt(phrase.length - 1) < 128;
      if (isWord && after === "" && open) return "";
      if (!isWord || !/[a-z0-9]/.test(after)) return KINDS.get(phrase);
    } else if (open && phrase.startsWith(rest)) {
      return "";
    }
  }
  return undefined;
}
