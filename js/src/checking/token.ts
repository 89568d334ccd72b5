// A token as it is shown: its white space can be seen, and what isn't text is said in words.

import type { Texts } from "../texts/index.ts";
import type { ScoredToken, TokenAlternative } from "../wire/checks.ts";

/** Below each of these the next level begins; the kernel tells of those below the first (conversation/alternatives.py). */
export const LEVELS = [0.9, 0.5, 0.2] as const;

/** 1 to 3: how little the model gave a token. */
export const levelOf = (probability: number): number =>
  Math.max(1, LEVELS.filter(limit => probability < limit).length);

/** A token may be as long as its model likes. */
const LONG = 40;

export const visible = (text: string): string => {
  const shown = text
    .replace(/^ +| +$/g, spaces => "␣".repeat(spaces.length))
    .replace(/\r?\n/g, "↵")
    .replace(/\t/g, "⇥");
  const letters = [...shown];
  return letters.length > LONG ? `${letters.slice(0, LONG - 1).join("")}…` : shown;
};

/** As it is called, where it is read aloud, and where it is seen. */
export function nameOf({ text, role = "text" }: TokenAlternative, texts: Texts): string {
  if (role !== "text")
    return text ? `${visible(text)} (${texts.hesitationRole(role)})` : texts.hesitationRole(role);
  if (text.trim() !== "") return visible(text.trim());
  return text.includes("\n") ? texts.hesitationBreak : texts.hesitationSpace;
}

/** The token that stands there; `written`: the text of its place. */
export function chosenOf(token: ScoredToken, written: string): TokenAlternative {
  const { alternatives, chosen, probability } = token;
  return alternatives[chosen] ?? { id: -1, text: written, probability, ...(written ? {} : { role: "part" }) };
}
