// Every sentence and label of the interface. Named one by one, so that the loader carries only its own.

import type { ThinkingEnd, TurnState } from "./protocol.ts";

// ---- when there is nothing to talk to
export const NO_LIBRARY =
  "The conversation can't be drawn here: this page could not get r1widget's library from the kernel. " +
  "Run the cell again. The text below holds the conversation.";
export const NOT_CONNECTED = "Not connected to a kernel. The conversation is in the text below.";
export const DISCONNECTED =
  "The kernel of this conversation is gone. Run the cells again to begin a new conversation.";
export const TURN_GONE = "This turn is no longer part of the conversation.";
export const otherVersion = (theirs: number, ours: number) =>
  `The kernel speaks version ${theirs} of r1widget's protocol and this page version ${ours}. ` +
  "Restart the kernel and reload the page.";

// ---- the composer
export const ASK = "Ask a question";
export const SEND = "Send";
export const SENDING = "Sending…";
export const STOP = "Stop";
export const STOPPING = "Stopping…";
export const CANCEL = "Cancel this question";
export const KEYS = "Enter sends, Shift-Enter starts a new line, Esc stops";

// ---- notices
export const ASK_WAITS = "The kernel is busy with another cell; your question is waiting.";
export const STOP_WAITS =
  "The kernel is busy with another cell; Stop takes effect when it is free, or interrupt the kernel.";
export const INTERRUPT_FAILED = "Stop did not reach the kernel. Interrupt it from the Kernel menu.";
export const NOT_STORED =
  "This page was reloaded: run the cell again to keep new turns in the notebook file.";
export const DISMISS = "Dismiss";

// ---- a turn
export const READING = "Reading the question…";
export const WAITING_FOR_MODEL = "Waiting for the model…";
export const THINKING = "Thinking…";
export const NO_ANSWER_STOPPED = "Stopped while thinking. There is no answer.";
export const NO_ANSWER_LENGTH =
  "Cut off at the token limit while thinking. There is no answer; a larger max_tokens gives it room.";
export const STOPPED = "Stopped.";
export const CANCELLED = "Cancelled before it began.";
export const CUT_OFF = "Cut off at the token limit.";
export const EMPTY = "The model ended without an answer.";
export const FAILED = "The turn failed, and the kernel did not say why. Its log may.";
export const COPY = "Copy";
export const COPIED = "Copied";
export const COPY_FAILED = "Select the text to copy it";
export const JUMP = "Jump to latest";

// ---- what a screen reader is told, at boundaries only
export const SAY_QUEUED = "Question sent";
export const SAY_THINKING = "Thinking";
export const SAY_ANSWERING = "Answering";
export const SAY_READY = "Answer ready";
export const SAY_STOPPED = "Stopped";
export const SAY_FAILED = "The turn failed";

// ---- names of regions
export const CONVERSATION = "Conversation";
export const THOUGHT = "What the model thought";
export const QUESTION = "Question";

const number = new Intl.NumberFormat("en");

export const tokens = (count: number) => (count === 1 ? "1 token" : `${number.format(count)} tokens`);

/** Whole seconds are enough for a person: 0.4 → "less than a second", 12.3 → "12 s", 125 → "2 min 5 s". */
export function duration(seconds: number): string {
  if (seconds < 1) return "less than a second";
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// ---- estimates, as r1widget/estimate.py says them; tests/wire/estimates.json holds both to it

/** As people say it: up to so many seconds, in steps of so many. */
const STEPS = [
  [10, 1],
  [60, 5],
  [20 * 60, 60],
  [3600, 300],
  [10 * 3600, 600],
  [48 * 3600, 3600],
  [Number.POSITIVE_INFINITY, 86400],
] as const;

function roughly(seconds: number, whole: (steps: number) => number): string {
  let value = 0;
  for (const [limit, step] of STEPS) {
    value = Math.max(1, whole(seconds / step)) * step;
    if (value < limit) break;
  }
  if (value < 60) return `about ${value} s`;
  if (value < 3600) return `about ${value / 60} min`;
  if (value >= 48 * 3600) return `about ${value / 86400} days`;
  const minutes = (value % 3600) / 60;
  return `about ${Math.floor(value / 3600)} h${minutes > 0 ? ` ${minutes} min` : ""}`;
}

/** 8 → "about 8 s", 4200 → "about 1 h 10 min". */
export const about = (seconds: number) => roughly(seconds, Math.round);

/** The same, rounded up. */
export const atMost = (seconds: number) => `at most ${roughly(seconds, Math.ceil)}`;

/** Two digits that count, and no tenths from 3 up, where they would only flicker. */
export function rate(pace: number): string {
  if (pace < 3) return `${Math.max(0.1, Math.round(pace * 10) / 10)} tokens/s`;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(pace)) - 1);
  return `${number.format(Math.round(pace / step) * step)} tokens/s`;
}

export const toTheBudget = (left: number, budget: number) =>
  `${left < 5 ? "a few seconds" : about(left)} to the budget of ${number.format(budget)}`;

export const waitingForChats = (chats: number) =>
  `Waiting: ${number.format(chats)} ${chats === 1 ? "chat" : "chats"} first`;

export const readingTokens = (done: number, total: number, left: number | undefined) =>
  `Reading the question: ${number.format(done)} of ${tokens(total)}` +
  (left === undefined ? "" : ` (${about(left)})`);

/** `longer`: what a thought may have at most, where that is more; `bounded`: by a budget. */
export const longThought = (pace: number, length: number, longer: number | undefined, bounded: boolean) =>
  `At ${rate(pace)} a thought of ${tokens(length)} takes ${about(length / pace)}` +
  `${longer === undefined ? "" : `, and this one may have ${number.format(longer)}`}. ` +
  `Stop, or set ${bounded ? "a smaller " : ""}thinking_budget, to have an answer sooner.`;

const ENDED_BY: Record<ThinkingEnd, string> = {
  model: "",
  budget: "ended by the budget",
  user: "ended by you",
  length: "cut off at the token limit",
  loop: "ended because it repeated itself",
};

const joined = (parts: string[]) => parts.filter(part => part !== "").join(" · ");

/** What is counted while the model thinks. */
export const counter = (seconds: number | undefined, count: number, pace: number | undefined, rest: string) =>
  joined([
    seconds === undefined || seconds < 1 ? "" : duration(seconds),
    count > 0 ? tokens(count) : "",
    pace === undefined ? "" : rate(pace),
    rest,
  ]);

/** What an ended turn took. */
export const cost = (seconds: number, count: number, pace: number | undefined) =>
  joined([duration(seconds), tokens(count), pace === undefined ? "" : rate(pace)]);

export const thought = (seconds: number | undefined, count: number, endedBy?: ThinkingEnd) =>
  joined([
    seconds === undefined ? "Thought" : `Thought for ${duration(seconds)}`,
    count > 0 ? tokens(count) : "",
    endedBy ? (ENDED_BY[endedBy] ?? "") : "",
  ]);

function ordinal(place: number): string {
  const tens = place % 100;
  const suffix = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th");
  return `${place}${suffix}`;
}

export const waiting = (place: number | undefined) =>
  place === undefined
    ? "Waiting…"
    : place <= 1
      ? "Waiting: next in the queue"
      : `Waiting: ${ordinal(place)} in the queue`;

/** How an ended turn ended, in words; empty when there is nothing to remark on. */
export function outcome(turn: TurnState, hasThought: boolean, hasAnswer: boolean): string {
  switch (turn.finish_reason) {
    case "cancelled":
      return hasAnswer ? STOPPED : hasThought ? NO_ANSWER_STOPPED : turn.tokens?.prompt ? STOPPED : CANCELLED;
    case "length":
      return hasAnswer ? CUT_OFF : NO_ANSWER_LENGTH;
    case "error":
      return "";
    default:
      return hasAnswer ? "" : EMPTY;
  }
}

export const imageLabel = (address: string, alt: string) =>
  alt ? `image: ${alt} (${address})` : `image: ${address}`;
export const IMAGE_HINT = "Load this image from the network";
