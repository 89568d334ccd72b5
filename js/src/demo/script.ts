// What the scripted kernel says: turns as a person would write them down, and the figures that a real kernel adds. The
// figures follow from the text alone, so that a page looks the same each time.

import { codePoints } from "../state/text.ts";
import type { TurnChecks } from "../wire/checks.ts";
import type { SnapshotTurn, TurnOthers, TurnState } from "../wire/protocol.ts";

export interface Script {
  question: string;
  reasoning?: string;
  answer?: string;
  /** What of it the model didn't write. */
  others?: TurnOthers;
  /** What is known of it beyond its text. */
  checks?: TurnChecks;
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

export function turnOf(script: Script, index: number): SnapshotTurn {
  const { question, reasoning = "", answer = "", others, checks, state } = script;
  const thought = pieces(reasoning);
  const answered = pieces(answer).length;
  const read = readingOf(script);
  const thinking = rounded(read + thought.length / PACE.tokens_per_second);
  let characters = 0;
  const timeline: [number, number, number][] = [[0, 0, rounded(read)]];
  for (const [at, piece] of thought.entries()) {
    characters += codePoints(piece);
    if ((at + 1) % EVERY === 0 || at === thought.length - 1)
      timeline.push([characters, at + 1, rounded(read + (at + 1) / PACE.tokens_per_second)]);
  }
  return {
    id: `t${index + 1}`,
    parent: index > 0 ? `t${index}` : null,
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
    ...state,
    text: { reasoning, answer },
    ...(others ? { others } : {}),
    ...(checks ? { checks } : {}),
    timeline: reasoning ? timeline : [],
  };
}
