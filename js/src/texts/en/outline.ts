// What is said of the thought's live line and its outline, in English.

import type { StepFilter, StepKind } from "../kinds.ts";
import { figures, number } from "./figures.ts";

/** What the model does in a step that is being written, as far as its first words say so. */
const DOES: Record<StepKind, string> = {
  step: "",
  plan: "planning",
  check: "checking",
  alternative: "another way",
  conclusion: "concluding",
};

/** What a step of each kind begins with, for example. */
const BEGINS: Record<StepKind, string> = {
  step: "anything else",
  plan: "“First”, “Let me”, “Okay”",
  check: "“Wait”, “Hmm”, “Let me check”",
  alternative: "“Alternatively”, “What if”",
  conclusion: "“So”, “Therefore”, “Thus”",
};

const FILTERS: Record<StepFilter, string> = {
  finding: "Findings",
  check: "Checks",
  alternative: "Alternatives",
  loop: "Repetition",
};

const FILTER_HINTS: Record<StepFilter, string> = {
  finding: "Show the steps in which something was found",
  check: "Show the steps that look back",
  alternative: "Show the steps that try another way",
  loop: "Show the steps from where it repeats itself",
};

export const outlining = {
  /** Of the step that is being written: "step 4, checking". */
  stepNow: (place: number, kind: StepKind): string =>
    `step ${number.format(place)}${DOES[kind] ? `, ${DOES[kind]}` : ""}`,
  /** Of a thought that has a budget. */
  timeLeft: (seconds: number): string => `${seconds < 5 ? "a few seconds" : figures.about(seconds)} left`,
  stepCount: (count: number): string => `${number.format(count)} ${count === 1 ? "step" : "steps"}`,
  filter: (filter: StepFilter): string => FILTERS[filter],
  filterHint: (filter: StepFilter): string => FILTER_HINTS[filter],
  filters: "Which steps are listed",
  outlineWidth: "Width of the outline",
  outlineWidthHint: "Drag, or arrow keys; double click or Home for the default width",
  legend: "What the signs mean",
  legendHint:
    "A sign goes by the words that a step begins with: that is what the step looks like, not what the model does.",
  begins: (kind: StepKind): string => BEGINS[kind],
};

export type Outlining = typeof outlining;
