// What is said of checking, in English: what was counted, recomputed or measured, and never a verdict.

export const checking = {
  check: "Check",
  checkHint: "Counted and recomputed. Nothing here says what is true.",
  checkActHint: "What can be recomputed, and whether other answers agree",
  checkClose: "Close the check",
};

export type CheckingTexts = typeof checking;
