// What is said of checking, in English: what was counted, recomputed or measured, and never a verdict.

import type { TokenRole, TurnFinding, TurnUnder } from "../../wire/checks.ts";
import { joined } from "../numbers.ts";
import { figures, number } from "./figures.ts";

const { about } = figures;

/** A share. What is little isn't nothing. */
const percent = (share: number): string =>
  share > 0 && share < 0.005 ? "below 1 %" : `${number.format(Math.round(share * 100))} %`;

const LANGUAGES: Record<string, string> = {
  en: "English",
  zh: "Chinese",
  ja: "Japanese",
  ko: "Korean",
  latin: "Latin letters",
  cyrillic: "Cyrillic letters",
  arabic: "Arabic letters",
};

const ROLES: Record<Exclude<TokenRole, "text">, string> = {
  part: "part of a character",
  closes: "ends the thinking",
  ends: "ends the reply",
  control: "not text",
};

const language = (name: string): string => LANGUAGES[name] ?? name;

const left = (under: TurnUnder): string => (under.left === undefined ? "" : `${about(under.left)} left`);

/** `right` may be the values of both sides: "5 and 6". */
const recomputedIs = (right: string): string =>
  / (?:and|和) /.test(right) ? `recomputed: the sides are ${right}` : `recomputed: ${right}`;

export const checking = {
  check: "Check",
  checkHint: "Counted and recomputed. Nothing here says what is true.",
  checkActHint: "What is recomputed and compared, and whether other answers agree",
  checkClose: "Close the check",
  /** The name of a button that says “Go there”. */
  goTo: (words: string): string => `Go there: ${words}`,
  checkWhenEnded: "When the turn has ended",
  checkStop: "Stop",
  howGood: "How good is this?",
  howGoodOf: (title: string): string => `How good is this? ${title}`,

  // ---- what can be recomputed
  recomputed: "Recomputed and compared",
  // ---- how well each points at errors: the figures of docs/checking.md, which has them with their intervals
  recomputedMeasured:
    "Of equations, all 52 that were reported in 270 real thoughts were written wrongly, and 96 of 100 planted errors are found. A slip in a thought says little of its answer: 3 of 15 were wrong, of all 19 of 164.",
  againMeasured:
    "The built-in model’s word problems: an answer that all four others share is wrong in 11 of 100, one that not all share in 63; below that the count says little. SmolLM2’s facts: what one or two of five answers have is wrong in 86 of 100, what four or five have in 7.",
  decidedMeasured:
    "The built-in model: after a digit was altered it names that step or its neighbour in all of 131 thoughts; of the model’s own errors in 83 of 100, where to guess the first step would have been better. A step that decides isn’t a wrong one.",
  recomputedIs,
  findings: (count: number): string => (count === 1 ? "1 finding" : `${number.format(count)} findings`),
  equations: (count: number): string =>
    count === 1 ? "1 equation doesn't come out" : `${number.format(count)} equations don't come out`,
  /** `isEnded`: and no more text comes. */
  noFindings: (isEnded: boolean): string =>
    isEnded ? "Nothing that could be recomputed comes out otherwise." : "Nothing so far.",
  /** Of arithmetic the row has what was written before it. */
  finding: ({ what, kind, text, right = "" }: TurnFinding): string => {
    const [thought, answer] = kind === "answer" ? [right, text] : [text, right];
    switch (what) {
      case "arithmetic":
        return recomputedIs(right);
      case "other_value":
        return `The thought ends in ${thought}, the answer in ${answer}`;
      case "cut":
        return kind === "reasoning" ? "The thought was cut off" : "The answer was cut off";
      case "language":
        return `The question is in ${language(right)}, the answer in ${language(text)}`;
      case "unboxed":
        return "The question asks for \\boxed{}, the answer has none";
    }
  },
  inText: (kind: "reasoning" | "answer"): string => (kind === "reasoning" ? "thought" : "answer"),

  // ---- ask again
  again: "Ask again",
  againWhat:
    "The same question again, in one batch beside the chat. How many agree is a count, not a verdict.",
  againCount: "Other answers",
  againStart: "Ask again",
  againUnder: (under: TurnUnder): string =>
    joined([`${number.format(under.done)} of ${number.format(under.total)} have answered`, left(under)]),
  /** On the chip. */
  asking: ({ done, total }: TurnUnder): string => `asking: ${number.format(done)} of ${number.format(total)}`,
  checkTakes: (seconds: number): string => about(seconds),
  checked: (count: number): string => `asked ${count === 1 ? "once" : `${number.format(count)} times`} more`,
  thisAnswer: "This answer",
  otherAnswer: (index: number): string => `Answer ${number.format(index)}`,
  otherAnswers: (count: number): string =>
    count === 1 ? "1 other answer" : `${number.format(count)} other answers`,
  cutOffSample: "cut off",
  support: "Names, numbers and dates of the answer",
  supportWhat:
    "In how many of the answers each stands, this one among them. What few have may be right, and what all have may be wrong.",
  supportIn: (count: number, total: number): string =>
    `in ${number.format(count)} of ${number.format(total)}`,
  supportSays: (count: number, total: number): string =>
    `in ${number.format(count)} of ${number.format(total)} answers`,
  supportAll: (count: number): string => `Show all ${number.format(count)}`,
  /** On the chip. */
  seldom: (count: number): string =>
    count === 1 ? "1 term in few answers" : `${number.format(count)} terms in few answers`,

  // ---- where it was decided
  decided: "Where it was decided",
  decidedWhat: "The thought is kept up to a step and gone on with, several times: which answers follow?",
  decidedStart: "Look for it",
  decidedGoOn: "Go on",
  decidedUnder: (under: TurnUnder): string =>
    joined([`${number.format(under.done)} of ${number.format(under.total)} continuations`, left(under)]),
  /** On the chip. */
  looking: ({ done, total }: TurnUnder): string =>
    `looking: ${number.format(done)} of ${number.format(total)}`,
  decidedFrom: (step: number, answer: string): string =>
    step === 0
      ? `Without any of the thought, all end in ${answer}.`
      : `From step ${number.format(step)} on, all end in ${answer}.`,
  undecided: "It changes up to the last step that was looked at.",
  turnedAt: (step: number): string =>
    `With step ${number.format(step)}, what mostly follows became another answer.`,
  stepName: (step: number): string => `step ${number.format(step)}`,
  keptSteps: "Kept up to",
  nothingKept: "nothing",
  noValue: "no answer",
  /** Of a row of the outline. */
  follow: (counts: readonly (readonly [answer: string, count: number])[], total: number): string =>
    `after this step, of ${number.format(total)}: ${counts
      .map(([answer, count]) => `${number.format(count)} ${answer ? `end in ${answer}` : "have no answer"}`)
      .join(", ")}`,
  noThought: "There is no thought to look into",

  // ---- where it hesitated
  hesitation: "Where it hesitated",
  hesitationWhat:
    "Tokens to which the model gave less than 90 %, and what it might have written instead. Probability of the token, not of the truth.",
  hesitationMeasured:
    "Few of them are errors: in word problems of the built-in model, 16 of 100 tokens below 90 % were in the first wrong line. Of the term that answers a plain question (SmolLM2) it says more: below 20 %, 88 of 100 are wrong.",
  hesitationShow: "Show where it hesitated",
  hesitationHide: "Hide it",
  hesitationOf: (count: number, total: number): string =>
    `${number.format(count)} of ${number.format(total)} tokens`,
  hesitationNone: "It gave each of its tokens 90 % or more.",
  hesitationBelow: (share: number, count: number): string =>
    `below ${percent(share)}: ${number.format(count)}`,
  hesitationMore: (count: number): string => `Show ${number.format(count)} more`,
  hesitationShare: (share: number): string => percent(share),
  /** Of a place, to who points at it. */
  hesitationSays: (share: number, others: readonly (readonly [text: string, share: number])[]): string =>
    `${percent(share)}${others.length > 0 ? ". " : ""}${others
      .map(([text, share]) => `“${text}” ${percent(share)}`)
      .join(", ")}`,
  hesitationInstead: (token: string): string => `Instead of “${token}”`,
  hesitationOpen: (token: string, share: number): string =>
    `“${token}”, ${percent(share)}: what it might have written instead`,
  hesitationGoOn: (token: string, share: number): string =>
    `Go on with “${token}” instead, ${percent(share)}`,
  hesitationWritten: (token: string, share: number): string =>
    `“${token}”, ${percent(share)}, as it was written`,
  hesitationGoOnHint: "A press goes on from there with that token, as another version.",
  hesitationUnkept: "What it might have written instead was not kept.",
  hesitationSpace: "space",
  hesitationBreak: "line break",
  hesitationRole: (role: Exclude<TokenRole, "text">): string => ROLES[role],

  // ---- the reader's own notes
  note: "Note",
  notes: "Notes",
  noteHint: "Write a note at this step",
  noteSelection: "Note on the selection",
  noteSelectionHint: "Your own judgement of what is selected",
  noteOf: (kind: "reasoning" | "answer"): string =>
    kind === "reasoning" ? "Note on the thought" : "Note on the answer",
  noteOfHint: "Your own judgement, kept with the turn",
  noteAt: (words: string): string => `Note at “${words}”`,
  noteText: "Your note",
  noteKeys: "Enter saves · Shift-Enter a new line · Esc closes, and what you typed stays",
  verdicts: "Judgement",
  verdict: (verdict: "right" | "wrong" | "unsure"): string =>
    ({ right: "Right", wrong: "Wrong", unsure: "Unsure" })[verdict],
  noteSave: "Save",
  noteSaved: "Note saved",
  noteDiscard: "Discard",
  noteDiscardHint: "Close without what was typed",
  noteEmpty: "Write something, or choose a judgement.",
  noteEdit: "Edit the note",
  noteRemove: "Remove the note",
  noteRemoved: "The note was removed.",
  noteUndo: "Undo",
  noteGoOn: "Go on writing",
  noteUnsaved: (words: string): string => `Not saved: ${words}`,
  noteCount: (count: number): string => (count === 1 ? "1 note" : `${number.format(count)} notes`),
  noNotes: "What you think of a place or of the answer is kept with the turn, and is in every file.",
  noNotesHere: "There are none.",
  notePredicted: "before the answer was seen",
  noteYours: (words: string): string => `Your note · ${words}`,

  // ---- predict, then reveal
  predict: "Predict, then reveal",
  predictAnswer: "What do you expect the answer to be?",
  predictStep: "What comes next in the thought?",
  predictWhy: "It stays hidden until you have written it. Copies and files have it all the same.",
  predictText: "What you expect",
  predictShow: "Save and show",
  predictSkip: "Show without a prediction",
  predictHide: "Hide what follows",
  predictHideHint: "Hide the rest of the thought and the answer until you have written the next step",
  predictReady: "The answer is there, hidden until you have written what you expect",
  predictExpected: "You expected:",
};

export type CheckingTexts = typeof checking;
