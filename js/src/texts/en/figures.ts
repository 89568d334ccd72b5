// What is said of numbers, in English: how much, how long, how fast, which place.

import type { ThinkingEnd } from "../../wire/protocol.ts";
import { coarsePace, inSteps, joined } from "../numbers.ts";
import { outcomes } from "../outcomes.ts";

const { thinkingEndedBy } = outcomes("en");

export const number = new Intl.NumberFormat("en");

const tokens = (count: number): string => (count === 1 ? "1 token" : `${number.format(count)} tokens`);

/** Whole seconds are enough for a person: 0.4 → "<1 s", 12.3 → "12 s", 125 → "2 min 5 s". */
function duration(seconds: number): string {
  if (seconds < 1) return "<1 s";
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// ---- estimates, as r1widget/conversation/estimate.py says them; tests/wire/estimates.json holds both to it

/** `value`: seconds, in steps. */
function roughly(value: number): string {
  if (value < 60) return `about ${value} s`;
  if (value < 3600) return `about ${value / 60} min`;
  if (value >= 48 * 3600) return `about ${value / 86400} days`;
  const minutes = (value % 3600) / 60;
  return `about ${Math.floor(value / 3600)} h${minutes > 0 ? ` ${minutes} min` : ""}`;
}

/** 8 → "about 8 s", 4200 → "about 1 h 10 min". */
const about = (seconds: number): string => roughly(inSteps(seconds, Math.round));

const rate = (pace: number): string => `${number.format(coarsePace(pace))} tokens/s`;

/** 1 → "1st", 12 → "12th", 22 → "22nd". */
function ordinal(place: number): string {
  const tens = place % 100;
  const suffix = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th");
  return `${place}${suffix}`;
}

/** Tenths, since most steps take a few seconds. */
const shortly = (seconds: number): string => (seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds));

export const figures = {
  tokens,
  duration,
  about,
  /** The same as `about`, rounded up. */
  atMost: (seconds: number): string => `at most ${roughly(inSteps(seconds, Math.ceil))}`,
  rate,
  toTheBudget: (left: number, budget: number): string =>
    `${left < 5 ? "a few seconds" : about(left)} to the budget of ${number.format(budget)}`,
  waitingForChats: (chats: number): string =>
    `Waiting: ${number.format(chats)} ${chats === 1 ? "chat" : "chats"} first`,
  readingTokens: (done: number, total: number, left: number | undefined): string =>
    `Reading the question: ${number.format(done)} of ${tokens(total)}` +
    (left === undefined ? "" : ` (${about(left)})`),
  /** `longer`: what a thought may have at most, where that is more; `bounded`: by a budget. */
  longThought: (pace: number, length: number, longer: number | undefined, bounded: boolean): string =>
    `At ${rate(pace)} a thought of ${tokens(length)} takes ${about(length / pace)}` +
    `${longer === undefined ? "" : `, and this one may have ${number.format(longer)}`}. ` +
    `Stop, or set ${bounded ? "a smaller " : ""}thinking_budget, to have an answer sooner.`,

  /** What is counted while the model thinks. */
  counter: (seconds: number | undefined, count: number, pace: number | undefined, rest: string): string =>
    joined([
      seconds === undefined || seconds < 1 ? "" : duration(seconds),
      count > 0 ? tokens(count) : "",
      pace === undefined ? "" : rate(pace),
      rest,
    ]),
  /** What an ended turn took. */
  cost: (seconds: number, count: number, pace: number | undefined): string =>
    joined([duration(seconds), tokens(count), pace === undefined ? "" : rate(pace)]),
  thought: (seconds: number | undefined, count: number, endedBy?: ThinkingEnd): string =>
    joined([
      seconds === undefined ? "Thought" : `Thought for ${duration(seconds)}`,
      count > 0 ? tokens(count) : "",
      endedBy ? thinkingEndedBy(endedBy) : "",
    ]),
  waiting: (place: number | undefined): string =>
    place === undefined ? "Waiting…" : `Waiting: ${ordinal(place)} in the queue`,
  stepCost: (seconds: number, count: number): string => `${shortly(seconds)} · ${tokens(count)}`,
};

export type Figures = typeof figures;
