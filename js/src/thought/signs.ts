// The sign of a step's kind; its name, and the words it goes by, are in the texts.

import type { IconNode } from "../kit/icon.ts";
import { ALTERNATIVE, CONCLUSION, PLAN, REVIEW, STEP } from "../kit/icons.ts";
import type { StepKind } from "../texts/kinds.ts";

export const SIGNS: Record<StepKind, IconNode> = {
  step: STEP,
  plan: PLAN,
  check: REVIEW,
  alternative: ALTERNATIVE,
  conclusion: CONCLUSION,
};

export const KINDS = Object.keys(SIGNS) as StepKind[];
