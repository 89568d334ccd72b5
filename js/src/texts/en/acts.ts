// What is said of what can be done with a turn: menu, bar, shortcuts, in English.

export const acting = {
  /** The menu of a turn. */
  moreActs: "More",
  askMore: (count: number): string => `Ask ${count} more times`,
  exportTurn: "Export this turn",
  exportTurnHint: "This question and its answer as a file",
  copyQuestion: "Copy the question",
  showMore: "Show more",
  showLess: "Show less",
};

export type Acting = typeof acting;
