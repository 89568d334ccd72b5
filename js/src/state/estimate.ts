// What can honestly be said of the time that a turn will take. Mirrors r1widget/conversation/estimate.py, where the thresholds are
// explained; tests/wire/estimates.json holds both to the same sentences, in English. No clock: `pace` is in tokens a
// second.

import type { Texts } from "../texts/index.ts";
import type { TurnLimits, TurnReading } from "../wire/protocol.ts";
import type { Turn } from "./turns.ts";

/** Seconds of reading from which they are said. */
const LONG_READING = 2;
/** Seconds from which "at most" is said. */
const LONG_BOUND = 60;
/** Seconds of thinking from which a person is warned. */
const LONG_THOUGHT = 180;
/** Tokens of a thought that are to be expected where there is no budget. */
const USUAL_THOUGHT = 2000;

type Pace = number | undefined;

const isKnown = (pace: Pace): pace is number => pace !== undefined && Number.isFinite(pace) && pace > 0;

const longest = ({ max_tokens, thinking_budget }: TurnLimits) =>
  Math.min(thinking_budget ?? max_tokens, max_tokens);

/** How fast the newest turn of which that is known is written, or was. */
export function lastPace(turns: readonly Turn[], now: number): Pace {
  const paceOf = ({ state, meter }: Turn): Pace =>
    (state.state === "running" ? meter.pace(now) : undefined) ?? state.pace?.tokens_per_second;
  const turn = turns.findLast(each => isKnown(paceOf(each)));
  return turn && paceOf(turn);
}

/** How long a thought of that budget takes; empty where nobody knows. Null: no budget, so as long as `most` tokens may take. */
export function timeOfThought(budget: number | null, most: number, pace: Pace, texts: Texts): string {
  if (budget === 0) return texts.noThinking;
  if (!isKnown(pace)) return "";
  return budget === null ? texts.atMost(most / pace) : texts.about(Math.min(budget, most) / pace);
}

/** How far the prompt is read. */
export function reading({ done, total }: TurnReading, pace: Pace, texts: Texts): string {
  const seconds = isKnown(pace) ? (total - done) / pace : 0;
  return texts.readingTokens(done, total, seconds >= LONG_READING ? seconds : undefined);
}

/** How long the thinking may still take, after `thought` tokens; empty where nothing useful can be said. */
export function restOfThought(limits: TurnLimits, thought: number, pace: Pace, texts: Texts): string {
  return said(limits, thought, pace, texts, texts.toTheBudget);
}

/** The same, in as few words as there is room for while it goes on. */
export function timeLeft(limits: TurnLimits, thought: number, pace: Pace, texts: Texts): string {
  return said(limits, thought, pace, texts, texts.timeLeft);
}

function said(
  limits: TurnLimits,
  thought: number,
  pace: Pace,
  texts: Texts,
  toTheBudget: (seconds: number, budget: number) => string,
): string {
  const most = longest(limits);
  if (!isKnown(pace) || thought >= most) return "";
  const seconds = (most - thought) / pace;
  const budget = limits.thinking_budget;
  if (budget !== undefined && budget < limits.max_tokens) return toTheBudget(seconds, budget);
  return seconds >= LONG_BOUND ? texts.atMost(seconds) : "";
}

/** A sentence before a long thought on a slow machine; empty where there is nothing to warn of. */
export function warning(limits: TurnLimits, pace: Pace, texts: Texts): string {
  if (!isKnown(pace)) return "";
  const bounded = limits.thinking_budget !== undefined;
  const most = longest(limits);
  const length = bounded ? most : Math.min(most, USUAL_THOUGHT);
  if (length / pace <= LONG_THOUGHT) return "";
  return texts.longThought(pace, length, length < most ? most : undefined, bounded);
}
