// What is said of the thought's live line and its outline, in English.

export const outlining = {};

export type Outlining = typeof outlining;
