// What is said of the composer, in English.

export const composing = {
  keys: "Enter sends · Shift-Enter starts a new line · ↑ brings back what was asked",
  keysRunning: "Enter asks it next · Shift-Enter starts a new line · Esc stops",
  nextTurn: "Next turn",
  nextTurnHint: "Model, thinking budget and temperature of the next turn",
  nextTurnChanged: (names: string[]): string => `Not as usual: ${names.join(", ")}`,
  model: "Model",
};

export type Composing = typeof composing;
