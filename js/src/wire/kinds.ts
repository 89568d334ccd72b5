// Words that all parts of the protocol have in common.

/** Of a turn's text. */
export type Kind = "reasoning" | "answer";
export type FinishReason = "stop" | "length" | "cancelled" | "error";
