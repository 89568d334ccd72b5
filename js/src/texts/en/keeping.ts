// What is said of where a conversation is kept, in English.

import { number } from "./figures.ts";

/** Of the same day the time alone is enough. */
export function when(at: Date, language: string, dateStyle: "medium" | "short"): string {
  const isToday = new Date().toDateString() === at.toDateString();
  return new Intl.DateTimeFormat(language, { ...(isToday ? {} : { dateStyle }), timeStyle: "short" }).format(
    at,
  );
}

export interface Before {
  turns: number;
  /** ISO 8601. */
  at: string;
  /** Whether the last of them was cut off. */
  interrupted: boolean;
}

export const keeping = {
  /** What the cell had: how many turns, and when something was last said. */
  before: ({ turns, interrupted }: Before, at: Date): string =>
    `This cell had ${number.format(turns)} ${turns === 1 ? "turn" : "turns"} · ${when(at, "en", "medium")}` +
    (interrupted ? " · the last was cut off" : ""),
  goOn: "Continue",
  look: "Look",
  private: "Private: nothing of this chat is kept, neither on this machine nor in the notebook.",
  disconnectedPrivate: "The kernel of this chat is gone, and nothing of it is kept: copy what you need.",
};

export type Keeping = typeof keeping;
