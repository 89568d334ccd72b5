// What the scripted kernel makes of an act of steering: new turns, as they will be when they have been written, and the text
// that each begins with. There is no model here: a version goes on as the turn that it was made from did.

import { codePoints, unitsAt } from "../state/text.ts";
import type { Compared, SnapshotTurn, TurnOthers, TurnText, TurnVersion } from "../wire/protocol.ts";
import type { ToKernel } from "../wire/tokernel.ts";
import { scoredOf } from "./hesitation.ts";
import { turnOf } from "./script.ts";

export interface Made {
  turn: SnapshotTurn;
  begins: TurnText;
}

/** A turn that is a version of `of`. */
function version(
  of: SnapshotTurn,
  index: number,
  { question = of.question, ...text }: Partial<TurnText> & { question?: string },
  how: Omit<TurnVersion, "of">,
  others: Partial<TurnOthers> = {},
): SnapshotTurn {
  const made = turnOf({ question, ...of.text, ...text }, index);
  return {
    ...made,
    parent: of.parent,
    version: { of: of.id, ...how },
    others: { reasoning: [], answer: [], ...others },
  };
}

const units = (text: string, at: number) => unitsAt(text, [at])[0] ?? 0;

/** `text` is what a person made of `before`: where the two part, and what is theirs, in code points. */
function edited(before: string, text: string): { at: number; others: TurnOthers["reasoning"] } {
  const [one, two] = [[...before], [...text]];
  let at = 0;
  while (at < two.length && one[at] === two[at]) at++;
  return { at, others: at < two.length ? [[at, two.length, "person"]] : [] };
}

/** The versions that a command makes; `index` of the first among all turns. */
export function versionsBy(command: ToKernel, of: SnapshotTurn, index: number): Made[] {
  const { reasoning, answer } = of.text;
  const one = (turn: SnapshotTurn, begins: Partial<TurnText> = {}): Made[] => [
    { turn, begins: { reasoning: "", answer: "", ...begins } },
  ];
  switch (command.type) {
    case "regenerate":
    case "continue_from": {
      const { n = 1 } = command;
      const at = command.type === "regenerate" ? 0 : command.at;
      const how = { part: "reasoning", at, ...(n > 1 ? { fork: `fork-${index}` } : {}) } as const;
      const kept = reasoning.slice(0, units(reasoning, at));
      return Array.from({ length: n }, (_, number) =>
        one(version(of, index + number, {}, how), { reasoning: kept }),
      ).flat();
    }
    case "fork_token": {
      const { index: number, text } = command;
      const token = scoredOf(of).tokens.find(({ index }) => index === number);
      if (!token) return [];
      const { kind, start: at } = token;
      const kept = of.text[kind].slice(0, units(of.text[kind], at)) + (text === "</think>" ? "" : text);
      const others = { [kind]: [[at, codePoints(kept), "person"]] };
      const rest = kind === "answer" ? { answer: kept } : { reasoning: kept + GOES_ON };
      return one(version(of, index, rest, { part: kind, at }, others), {
        ...(kind === "answer" ? { reasoning } : {}),
        [kind]: kept,
      });
    }
    case "think_more": {
      const kept = reasoning.trimEnd() + WAIT;
      const at = codePoints(kept) - WAIT.length;
      const others = { reasoning: [[at, codePoints(kept), "think_more"]] } satisfies Partial<TurnOthers>;
      const longer = kept + LONGER;
      return one(version(of, index, { reasoning: longer }, { part: "reasoning", at }, others), {
        reasoning: kept,
      });
    }
    case "resume": {
      const part = answer ? "answer" : "reasoning";
      const rest = answer ? { answer: answer + ANSWER } : { reasoning: reasoning + LONGER, answer: ANSWER };
      const how = { part, at: codePoints(of.text[part]) } as const;
      return one(version(of, index, rest, how), { reasoning, answer });
    }
    case "answer_now":
      return one(version(of, index, { answer: answer || ANSWER }, { part: "answer", at: 0 }), { reasoning });
    case "edit": {
      const { part, text } = command;
      if (part === "question") return one(version(of, index, { question: text, ...REPLY }, { part, at: 0 }));
      const { at, others } = edited(of.text[part].trim(), text);
      const written = `${text}${part === "reasoning" ? GOES_ON : ""}`;
      const kept = part === "answer" ? { reasoning, answer: text } : { reasoning: text };
      return one(version(of, index, { [part]: written }, { part, at }, { [part]: others }), kept);
    }
    default:
      return [];
  }
}

/** Answers agree where the last number in them is the same. */
export function compared(id: string, turns: SnapshotTurn[]): Compared {
  const groups = new Map<string, string[]>();
  const without: string[] = [];
  for (const { id, text } of turns) {
    const value = text.answer.match(/\d[\d,.]*(?=\D*$)/)?.[0].replace(/[.,]$/, "");
    if (value === undefined) without.push(id);
    else groups.set(value, [...(groups.get(value) ?? []), id]);
  }
  const found = [...groups]
    .map(([value, turns]) => ({ value, by: "value" as const, turns }))
    .sort((a, b) => b.turns.length - a.turns.length);
  return { type: "compared", id, by: "value", groups: found, without };
}

/** To whatever is typed. */
export const REPLY: TurnText = {
  reasoning:
    "This page has no model, so there is nothing to think about.\n\nWait, something should be on screen. " +
    "So I write these words, as if I had thought them.",
  answer: "There is no model behind this page: what you read is from a **script**.",
};
/** In place of the end of a thought, and what comes behind it. */
export const WAIT = "\n\nWait";
export const LONGER = ", is that so? I have nothing else to say: this page has no model.";
const GOES_ON = "\n\nWait, this was changed. A model would go on from here as if the words were its own.";
export const ANSWER = "That is as far as the thought had come.";
