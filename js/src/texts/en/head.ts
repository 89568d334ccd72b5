// What is said of the head, the empty chat, and what the model is, in English.

export const heading = {};

export type Head = typeof heading;
