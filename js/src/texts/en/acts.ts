// What is said of what can be done with a turn: menu, bar, shortcuts, in English.

export const acting = {};

export type Acting = typeof acting;
