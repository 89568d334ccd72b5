// What is said of the composer, in English.

export const composing = {};

export type Composing = typeof composing;
