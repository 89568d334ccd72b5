// What the scripted kernel says: turns as a person would write them down, and the figures that a real kernel adds. The
// figures follow from the text alone, so that a page looks the same each time.

import type { Kind, Origin, SnapshotTurn, TurnState, TurnVersion } from "../protocol.ts";
import { codePoints } from "../text.ts";

/** Text that a version begins with. */
export interface Kept {
  kind: Kind;
  text: string;
  /** Where it isn't the model. */
  origin?: Origin;
}

export interface Script {
  question: string;
  /** What the model writes, behind what is kept. */
  reasoning?: string;
  answer?: string;
  kept?: readonly Kept[];
  version?: TurnVersion;
  /** The turn before it; where this is absent, the one that was made before it. */
  parent?: string | null;
  /** How it stands, where it isn't a turn that ended well. */
  state?: Partial<TurnState>;
}

/** Tokens a second. */
export const PACE = { tokens_per_second: 14.2, prompt_tokens_per_second: 96 };
export const LIMITS = { max_tokens: 8192, thinking_budget: 2000 };
/** Tokens between two marks of a timeline. */
const EVERY = 8;

/** A text in tokens, more or less as a real model has them. */
export const pieces = (text: string) => text.match(/\s*\S{1,6}|\s+$/gu) ?? [];

/** Seconds until the first token. */
const readingOf = ({ question }: Script) => (12 + pieces(question).length) / PACE.prompt_tokens_per_second;

const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000;

/** What is kept of one kind. */
export const keptOf = ({ kept = [] }: Script, kind: Kind) =>
  kept.flatMap(each => (each.kind === kind ? [each.text] : [])).join("");

/** Who wrote what of the kept text, where it isn't the model; undefined: nobody else. */
export function othersOf({ kept = [] }: Script): SnapshotTurn["others"] {
  const others: NonNullable<SnapshotTurn["others"]> = { reasoning: [], answer: [] };
  const at = { reasoning: 0, answer: 0 };
  for (const { kind, text, origin } of kept) {
    const start = at[kind];
    at[kind] += codePoints(text);
    if (origin) others[kind].push([start, at[kind], origin]);
  }
  return others.reasoning.length + others.answer.length > 0 ? others : undefined;
}

export function turnOf(script: Script, index: number): SnapshotTurn {
  const { question, reasoning = "", answer = "", state, version } = script;
  const { parent = index > 0 ? `t${index}` : null } = script;
  const thought = pieces(reasoning);
  const answered = pieces(answer).length;
  const read = readingOf(script);
  const thinking = rounded(read + thought.length / PACE.tokens_per_second);
  const said = {
    reasoning: keptOf(script, "reasoning") + reasoning,
    answer: keptOf(script, "answer") + answer,
  };
  const others = othersOf(script);
  let characters = codePoints(said.reasoning) - codePoints(reasoning);
  const timeline: [number, number, number][] = [[characters, 0, rounded(read)]];
  for (const [at, piece] of thought.entries()) {
    characters += codePoints(piece);
    if ((at + 1) % EVERY === 0 || at === thought.length - 1)
      timeline.push([characters, at + 1, rounded(read + (at + 1) / PACE.tokens_per_second)]);
  }
  return {
    id: `t${index + 1}`,
    parent,
    question,
    state: "ended",
    finish_reason: "stop",
    thinking_ended_by: "model",
    pace: PACE,
    seconds: {
      total: rounded(thinking + answered / PACE.tokens_per_second),
      ...(answer && reasoning ? { thinking } : {}),
    },
    tokens: { prompt: 12 + pieces(question).length, reasoning: thought.length, answer: answered },
    ...(version ? { version } : {}),
    ...state,
    text: said,
    ...(others ? { others } : {}),
    timeline: reasoning ? timeline : [],
  };
}
