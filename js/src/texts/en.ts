// Every sentence and label of the interface, in English. The other languages have the same keys; index.ts has the table.
// What is said when the library isn't there is in loader.ts.

import type { Unfold } from "../wire/model.ts";
import type { ComparedGroup, EngineStatus, Origin, Part, ThinkingEnd } from "../wire/protocol.ts";
import type { Outcome, StepKind } from "./kinds.ts";
import { coarsePace, inSteps, joined } from "./numbers.ts";

const number = new Intl.NumberFormat("en");

const tokens = (count: number): string => (count === 1 ? "1 token" : `${number.format(count)} tokens`);

/** Whole seconds are enough for a person: 0.4 → "less than a second", 12.3 → "12 s", 125 → "2 min 5 s". */
function duration(seconds: number): string {
  if (seconds < 1) return "less than a second";
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

const ENDED_BY: Record<ThinkingEnd, string> = {
  model: "",
  budget: "ended by the budget",
  user: "ended by you",
  length: "cut off at the token limit",
  loop: "ended because it repeated itself",
};

/** 1 → "1st", 12 → "12th", 22 → "22nd". */
function ordinal(place: number): string {
  const tens = place % 100;
  const suffix = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th");
  return `${place}${suffix}`;
}

const OUTCOMES: Record<Outcome, string> = {
  unremarkable: "",
  stopped: "Stopped.",
  looped: "Ended because it repeated itself.",
  stoppedThinking: "Stopped while thinking. There is no answer.",
  cancelled: "Cancelled before it began.",
  cutOff: "Cut off at the token limit.",
  cutOffThinking:
    "Cut off at the token limit while thinking. There is no answer; a larger max_tokens gives it room.",
  empty: "The model ended without an answer.",
};

const KINDS: Record<StepKind, string> = {
  step: "Step",
  plan: "Plan",
  check: "Check",
  alternative: "Alternative",
  conclusion: "Conclusion",
};

const MODES: Record<Unfold, string> = { auto: "while thinking", always: "always", never: "never" };

// ---- versions side by side

const AUTHORS: Record<Origin, string> = {
  model: "",
  person: "you",
  budget: "budget",
  think_more: "think more",
  loop: "loop",
};

const AUTHORED: Record<Origin, string> = {
  model: "",
  person: "Words of yours in what follows",
  budget: "Words that the budget put in, in what follows",
  think_more: "Words that “think more” put in, in what follows",
  loop: "Words that the closing of a loop put in, in what follows",
};

const EDITS: Record<Part, string> = {
  question: "Edit the question",
  reasoning: "Edit the thought",
  answer: "Edit the answer",
};

const PARTS: Record<Part, string> = { question: "Question", reasoning: "Thought", answer: "Answer" };

/** Tenths, since most steps take a few seconds. */
const shortly = (seconds: number): string => (seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds));

export const en = {
  /** For the attribute `lang`: voices and fonts go by it. */
  tag: "en",

  // ---- when there is nothing to talk to
  notConnected: "Not connected to a kernel. The conversation is in the text below.",
  disconnected:
    "The kernel of this conversation is gone. Running this cell again replaces what it keeps; a new cell begins a new conversation.",
  turnGone: "This turn is no longer part of the conversation.",
  otherVersion: (theirs: number, ours: number): string =>
    `The kernel speaks version ${theirs} of r1widget's protocol and this page version ${ours}. ` +
    "Restart the kernel and reload the page.",

  // ---- the composer
  ask: "Ask a question",
  send: "Send",
  sending: "Sending…",
  stop: "Stop",
  stopping: "Stopping…",
  cancel: "Cancel this question",
  keys: "Enter sends, Shift-Enter starts a new line, Esc stops",

  // ---- notices
  askWaits: "The kernel is busy with another cell; your question is waiting.",
  steerWaits: "The kernel is busy with another cell; what you pressed takes effect when it is free.",
  stopWaits:
    "The kernel is busy with another cell; Stop takes effect when it is free, or interrupt the kernel.",
  interruptFailed: "Stop did not reach the kernel. Interrupt it from the Kernel menu.",
  /** `called`: what to run to show the chat; empty: not known. */
  unkept: (called: string): string =>
    "New turns don't reach the notebook from here. " +
    `${called ? `Run \`${called}\`` : "Show this chat with display()"} in a new cell: there the notebook keeps all of them.`,
  isAgain: (called: string): string =>
    `The cell was run again, and its conversation goes on. \`${called || "chat"}.clear()\` begins a new one.`,
  dismiss: "Dismiss",

  // ---- the model
  /** `text`: what the kernel says, in English. */
  loading: (text: string, _stage: EngineStatus["stage"]): string => text,
  bits: (count: number): string => `${count} bits a weight`,

  // ---- a turn
  reading: "Reading the question…",
  loadingModel: (name: string): string => `Loading ${name}…`,
  thinking: "Thinking…",
  failed: "The turn failed, and the kernel did not say why. Its log may.",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Select the text to copy it",
  jump: "Jump to latest",

  // ---- reading a thought
  outline: "Outline",
  find: "Find",
  findHint: "Find in this thought (Ctrl-F or Cmd-F)",
  findInThought: "Find in the thought",
  matches: (current: number, count: number): string =>
    count === 0 ? "Not found" : `${number.format(current)} of ${number.format(count)}`,
  previousMatch: "Previous (Shift-Enter)",
  nextMatch: "Next (Enter)",
  closeFind: "Close (Esc)",
  copyThought: "Copy the thought as it was written",
  copyAnswer: "Copy the answer as it was written",
  copyMarkdown: "Copy all",
  copyMarkdownHint: "Copy question, thought and answer as Markdown",
  source: "Source",
  sourceHint: "Show thought and answer as they were written",
  foldStep: "Fold this step",
  unfoldStep: "Unfold this step",
  onlyChecks: "checks only",
  cueHint:
    "By the words that a step begins with, such as “Wait”: that is what it looks like, not what the model does",
  kind: (kind: StepKind): string => KINDS[kind],
  stepCount: (count: number, checks: number): string =>
    `${number.format(count)} ${count === 1 ? "step" : "steps"}` +
    (checks > 0 ? `, ${number.format(checks)} ${checks === 1 ? "check" : "checks"}` : ""),
  stepCost: (seconds: number, count: number): string => `${shortly(seconds)} · ${tokens(count)}`,
  height: "Height of the conversation",
  heightHint: "Drag, or arrow keys; double click or Home for the usual height",
  readingSettings: "Settings",
  readingHint: "How thoughts are shown, and how long they may be",
  unfold: "Unfold thoughts",
  unfoldMode: (mode: Unfold): string => MODES[mode],
  unfoldInPrint: "Unfold on paper",

  // ---- versions side by side
  /** At the side of words that aren't the model's. */
  author: (origin: Origin): string => AUTHORS[origin],
  authored: (origin: Origin): string => AUTHORED[origin],
  diffRegion: "What changed between two versions",
  versionChange: (before: number, after: number): string => `Version ${before} → version ${after}`,
  diffClose: "Close the comparison of versions",
  diffPart: (part: Part): string => PARTS[part],
  sameWords: (count: number): string =>
    count === 1 ? "… 1 word the same …" : `… ${number.format(count)} words the same …`,
  sameAll: "The same in both versions",
  emptyInBoth: "Empty in both versions",
  removed: "removed:",
  added: "added:",
  stillWritten: (version: number): string =>
    `Version ${version} is still being written: what it lacks at its end may come yet.`,
  comparison: "Continuations side by side",
  continuations: (count: number): string => (count === 1 ? "1 continuation" : `${count} continuations`),
  comparisonClose: "Close the continuations",
  continuation: (index: number): string => `Continuation ${index}`,
  cardThinking: (count: number): string => (count > 0 ? `Thinking… ${tokens(count)}` : "Thinking…"),
  cardAnswering: (count: number): string => (count > 0 ? `Answering… ${tokens(count)}` : "Answering…"),
  cardThought: "Thought from the fork on",
  keepOne: "Go on with this one",
  /** A button's label, for who doesn't see which continuation it stands in. */
  forContinuation: (label: string, index: number): string => `${label}: continuation ${index}`,
  group: (letter: string, value: string): string => `Group ${letter}: ends in ${value}`,
  /** As `str(Agreement)` says it in Python; tests/wire/agreements.json holds both to it. */
  agreement: (groups: readonly ComparedGroup[], without: number): string => {
    const sizes = groups.map(({ turns }) => turns.length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const [size] = sizes;
    const largest = groups.filter(({ turns }) => turns.length === size);
    const said = largest.map(
      ({ by, value }, index) =>
        `${size}${index > 0 ? "" : ` of ${total}`} ${by === "value" ? `end in ${value}` : "say the same"}`,
    );
    const found =
      total < 2 ? (total ? "1 answer" : "") : size === 1 ? `no two of ${total} agree` : said.join(", ");
    return [found, without > 0 ? `${without} without an answer` : ""].filter(Boolean).join(", ");
  },
  compared: (by: "value" | "text"): string => (by === "value" ? "compared by value" : "compared as text"),
  soFar: (ended: number, count: number): string => `${ended} of ${count} have ended`,

  // ---- steering
  answerNow: "Answer now",
  answerNowHint: "Close the thinking here and answer from what has been thought (Alt-Enter)",
  answering: "Closing…",
  thinkMore: "Think more (experimental)",
  thinkMoreHint:
    "“Wait” instead of the end of the thought. It can make small models worse (arXiv 2506.04210).",
  edit: "Edit",
  editPart: (part: Part): string => EDITS[part],
  editKeys: "Ctrl-Enter or Cmd-Enter goes on, Esc closes and keeps what you wrote for later",
  goOn: "Continue from here",
  goOnHint: "A new version: the model goes on from exactly this text (Ctrl-Enter)",
  askThis: "Ask this",
  askThisHint: "A new version of the question, on a branch of its own (Ctrl-Enter)",
  cutAfter: "Cut after the cursor",
  cutAfterHint: "Delete everything behind the cursor; undo brings it back",
  cancelEdit: "Cancel",
  cancelEditHint: "Leave the text as it was",
  regenerate: "Regenerate",
  regenerateHint: "The same question again, as a new version",
  continueHere: "Continue from here",
  continueHereHint: "Cut the thought behind this step, and let the model go on",
  fork: (count: number): string => `Fork ×${count}`,
  forkHint: (count: number): string =>
    `Cut the thought behind this step, and go on ${count} times, side by side`,
  compareForks: (count: number): string => `Compare ${count}`,
  compareForksHint: "The continuations side by side, and how many agree",
  changes: "Changes",
  changesHint: "What changed from the version that this one was made from",
  version: (part: Part, place: number, count: number): string =>
    `${PARTS[part]}: version ${place} of ${count}`,
  versionBefore: (part: Part): string => `${PARTS[part]}: previous version`,
  versionAfter: (part: Part): string => `${PARTS[part]}: next version`,
  repeats: (words: string, rounds: number, ended: boolean): string =>
    `${ended ? "It repeated itself until its end, since" : "Repeating itself since"} “${words}”` +
    ` (${number.format(rounds)} ${rounds === 1 ? "time" : "times"}).`,
  loopJump: "Go there",
  cutHere: "Cut here and continue",
  cutHereHint: "Away with the repetition; the model goes on from before it",
  /** Beside "Regenerate". */
  severalHint: (count: number): string => `The same question again, ${count} times, side by side`,
  budget: "Thinking budget, in tokens",
  budgetHint: "Of turns to come; 0: no thinking",
  noBudget: "no limit",
  forks: "Continuations of a fork",
  stopLoops: "End a thought that repeats itself",

  // ---- what a screen reader is told, at boundaries only
  sayThinking: "Thinking",
  sayAnswering: "Answering",
  sayReady: (words: number): string =>
    `Answer ready, ${number.format(words)} ${words === 1 ? "word" : "words"}`,
  sayStopped: "Stopped",
  sayFailed: "The turn failed",

  // ---- names of regions
  conversation: "Conversation",
  thoughtRegion: "What the model thought",

  // ---- figures
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
      endedBy ? (ENDED_BY[endedBy] ?? "") : "",
    ]),
  waiting: (place: number | undefined): string =>
    place === undefined
      ? "Waiting…"
      : place <= 1
        ? "Waiting: next in the queue"
        : `Waiting: ${ordinal(place)} in the queue`,
  /** How an ended turn ended; empty when there is nothing to remark on. */
  outcome: (outcome: Outcome): string => OUTCOMES[outcome],

  imageLabel: (address: string, alt: string): string =>
    alt ? `image: ${alt} (${address})` : `image: ${address}`,
  imageHint: "Load this image from the network",
};

/** What every language has. (The object is not `as const`: its texts are of the type `string`.) */
export type Texts = Readonly<typeof en>;
