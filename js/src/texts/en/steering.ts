// What is said of versions, and of making them, in English: whose words they are, what changed, forks side by side.

import type { ComparedGroup, Origin, Part } from "../../wire/protocol.ts";
import { figures, number } from "./figures.ts";

const { tokens } = figures;

const AUTHORED: Record<Origin, string> = {
  model: "",
  person: "What follows has words of yours",
  budget: "What follows has words that the budget put in",
  think_more: "What follows has words that “think more” put in",
  loop: "What follows has words that ended a loop",
};

const EDITS: Record<Part, string> = {
  question: "Edit the question",
  reasoning: "Edit the thought",
  answer: "Edit the answer",
};

const PARTS: Record<Part, string> = { question: "Question", reasoning: "Thought", answer: "Answer" };

/** As a kernel writes one: `408`, `-1,000.5`, `1/2`, `40 %`, `5 cm`. */
export const isNumber = (value: string) => /^[-−+]?[\d.,/ ]*\d\s*%?$/.test(value);

export const steering = {
  authored: (origin: Origin): string => AUTHORED[origin],
  diffRegion: "What changed between two versions",
  versionChange: (before: number, after: number): string => `Version ${before} → version ${after}`,
  diffClose: "Close the comparison of versions",
  diffPart: (part: Part): string => PARTS[part],
  sameWords: (count: number): string =>
    count === 1 ? "… 1 word the same …" : `… ${number.format(count)} words the same …`,
  sameAll: "The same in both versions",
  diffLegend: "+ is new in the later version, − was in the earlier one only. What is the same is folded.",
  asWritten: "As written",
  asWrittenHint: "Show the changes in the characters that were written, such as LaTeX and Markdown",
  /** Two notations of one thing. */
  readTheSame: "Written differently, read the same",
  emptyInBoth: "Empty in both versions",
  notCompared: "The comparison has not come from the kernel yet: it is busy with another cell, or gone.",
  removed: "removed:",
  added: "added:",
  stillWritten: (version: number): string =>
    `Version ${version} is still being written: its end may be still to come.`,
  comparison: "Continuations side by side",
  continuations: (count: number): string => (count === 1 ? "1 continuation" : `${count} continuations`),
  comparisonClose: "Close the continuations",
  continuation: (index: number): string => `Continuation ${index}`,
  cardThinking: (count: number): string => (count > 0 ? `Thinking… ${tokens(count)}` : "Thinking…"),
  cardAnswering: (count: number): string => (count > 0 ? `Answering… ${tokens(count)}` : "Answering…"),
  cardThought: "Thought from the fork on",
  keepOne: "Continue with this one",
  keepOneHint: "The chat goes on from this answer; the others stay as versions",
  /** A button's label, for who doesn't see which continuation it stands in. */
  forContinuation: (label: string, index: number): string => `${label}: continuation ${index}`,
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
  /** Above the cards: how it was found out who agrees. */
  compared: (groups: readonly ComparedGroup[]): string =>
    !groups.some(({ by }) => by === "value")
      ? "Compared word by word: no answer ends in a result of its own."
      : groups.some(({ by }) => by === "text")
        ? "Compared by the result that an answer ends in, and word by word where there is none."
        : groups.every(({ value }) => isNumber(value))
          ? "Compared by the number that each answer ends in."
          : "Compared by the result that each answer ends in.",
  /** Above those with the same answer: how many they are, and which. */
  agreeing: (size: number, total: number, { by, value }: ComparedGroup): string => {
    const share = `${size} of ${total}`;
    if (by === "text") return size > 1 ? `${share}: the same text` : `${share}: a text of its own`;
    if (size === 1) return `${share}: ${value}`;
    return `${share}: the same ${isNumber(value) ? "number" : "result"}, ${value}`;
  },
  unanswered: (count: number): string => `${number.format(count)} without an answer`,
  soFar: (ended: number, count: number): string => `${ended} of ${count} have ended`,

  answerNowHint: "End the thought here, and answer from what there is (Alt-Enter)",
  answering: "Ending the thought…",
  thinkMoreHint:
    "Put “Wait” in place of the thought's end, and think on. Small models can get worse (arXiv 2506.04210).",
  editPart: (part: Part): string => EDITS[part],
  editKeys: "Ctrl-Enter or Cmd-Enter goes on, Esc closes and keeps what you wrote for later",
  continueEditedHint: "A new version: the model goes on from exactly this text (Ctrl-Enter)",
  askThis: "Ask this",
  askThisHint: "A new version of the question, on a branch of its own (Ctrl-Enter)",
  cutAfter: "Cut after the cursor",
  cutAfterHint: "Delete everything after the cursor; undo brings it back",
  cancelEdit: "Cancel",
  cancelEditHint: "Leave the text as it was",
  regenerateHint: "The same question again, as a new version",
  resumeHint: "A new version: the model goes on exactly where this one ended",
  continueHere: "Continue from here",
  continueHereHint: "Cut the thought after this step, and let the model go on",
  fork: (count: number): string => `Fork ${count} times`,
  forkHint: (count: number): string =>
    `Cut the thought after this step, and go on ${count} times, side by side`,
  compareForks: (count: number): string => `Compare ${count} answers`,
  compareForksHint: "The answers side by side, and how many agree",
  changes: "Changes",
  changesHint: "What changed since the version it was made from",
  version: (part: Part, place: number, count: number): string =>
    `${PARTS[part]}: version ${place} of ${count}`,
  versionBefore: (part: Part): string => `${PARTS[part]}: previous version`,
  versionAfter: (part: Part): string => `${PARTS[part]}: next version`,
  repeats: (words: string, rounds: number, ended: boolean): string =>
    `${ended ? "Repeated itself to the end, since" : "Repeating itself since"} “${words}”` +
    ` (${number.format(rounds)} ${rounds === 1 ? "time" : "times"}).`,
  loopJump: "Go there",
  cutHere: "Cut here and continue",
  cutHereHint: "Cut the repetition; the model goes on from before it",
  /** Beside "Regenerate". */
  severalHint: (count: number): string => `The same question again, ${count} times, side by side`,
};

export type Steering = typeof steering;
