// What is known of a turn beyond its text: the part of the protocol that is about checking. Mirrors r1widget/jupyter/protocol_checks.py.
// Places are code points in the turn's verbatim text of a kind, `end` excluded; from 0 to 0 is all of it.

import type { FinishReason, Kind } from "./kinds.ts";

/** What is being looked for: the same question asked again, or where in the thought the answer was decided. */
export type Looking = "check" | "trace_answer";

/** What is known of a turn beyond its text is another now: all of it. */
export interface Checks {
  type: "checks";
  seq: number;
  turn: string;
  checks: TurnChecks;
}

export interface TurnChecks {
  findings?: TurnFinding[];
  check?: TurnCheck;
  answer_trace?: TurnAnswerTrace;
  notes?: TurnNote[];
  /** What is being looked for just now. */
  under?: Partial<Record<Looking, TurnUnder>>;
}

export type FindingKind = "arithmetic" | "other_value" | "cut" | "language" | "unboxed";

export interface TurnFinding {
  what: FindingKind;
  kind: Kind;
  start: number;
  end: number;
  /** As it was written. */
  text: string;
  /** Of arithmetic: what it is, recomputed; of another value: the other one; of a language: which. */
  right?: string;
}

/** The same question asked again. Member 0 of a group is the turn's own answer, member n is sample n - 1. */
export interface TurnCheck {
  samples: TurnSample[];
  by: "value" | "text";
  /** The largest first. */
  groups: TurnGroup[];
  /** Who has no answer. */
  without: number[];
  /** The least supported first. */
  support: TurnSupport[];
}

export interface TurnSample {
  answer: string;
  finish_reason: FinishReason;
  tokens: number;
}

export interface TurnGroup {
  /** What its answers end in, or the beginning of their text. */
  value: string;
  by: "value" | "text";
  members: number[];
}

/** A name, a number, a date, a quoted term of the answer, and how many answers have it, this one among them. */
export interface TurnSupport {
  text: string;
  kind: "name" | "number" | "date" | "quote";
  /** Where it stands in the answer. */
  spans: [number, number][];
  /** Samples, from 0. */
  found_in: number[];
  count: number;
  total: number;
}

/** Which answers follow from which beginning of the thought. */
export interface TurnAnswerTrace {
  /** The turn's own first. */
  answers: string[];
  /** By place. */
  boundaries: TurnBoundary[];
  /** After so many steps the answer is the turn's own and changes no more. */
  decided?: number;
  /** With this step, from 0, what mostly follows became another answer. */
  turned?: number;
}

export interface TurnBoundary {
  /** How many steps were kept. */
  step: number;
  /** How many characters of the thought they are. */
  at: number;
  /** How many continuations ended in each of `answers`. */
  counts: number[];
  /** How many ended in none. */
  without: number;
}

export type Verdict = "right" | "wrong" | "unsure";

/** A reader's. */
export interface TurnNote {
  id: string;
  kind: Kind;
  start: number;
  end: number;
  verdict?: Verdict;
  text?: string;
  is_prediction?: boolean;
  created: string;
}

/** How far a check is. */
export interface TurnUnder {
  done: number;
  total: number;
  /** Seconds, about. */
  left?: number;
}

/** The answer to `foresee`: what a check would take, about; absent where nobody knows. */
export interface Foreseen {
  type: "foreseen";
  id: string;
  seconds?: number;
  tokens?: number;
}

/** The answer to `scores`: where the model hesitated. */
export interface Scored {
  type: "scored";
  id: string;
  turn: string;
  /** Tokens of the turn that have a probability; 0: there are none, and `why` says why. */
  total: number;
  why?: string;
  /** The less probable ones, in order. */
  tokens: ScoredToken[];
}

export interface ScoredToken {
  /** Its place among all that have a probability. */
  index: number;
  kind: Kind;
  start: number;
  end: number;
  /** That the model gave it, before temperature and top-p. */
  probability: number;
  /** The likeliest first, itself among them. */
  alternatives: TokenAlternative[];
  /** Which of them it is; -1 where there are none. */
  chosen: number;
}

export interface TokenAlternative {
  /** In the model's vocabulary; -1 where a server doesn't tell. */
  id: number;
  text: string;
  probability: number;
  /** What it would do; absent where it just adds its text. */
  role?: TokenRole;
}

/** A part of a character; the end of the thinking; the end of the reply; or something else that isn't text. */
export type TokenRole = "text" | "part" | "closes" | "ends" | "control";
