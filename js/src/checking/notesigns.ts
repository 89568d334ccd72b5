// The signs of a reader's judgement, and of a note without one.

import type { IconNode } from "../kit/icon.ts";
import { CHECK, CLOSE, HELP, NOTE } from "../kit/icons.ts";
import type { TurnNote, Verdict } from "../wire/checks.ts";

export const SIGNS: Record<Verdict, IconNode> = { right: CHECK, wrong: CLOSE, unsure: HELP };

export const signOf = ({ verdict }: Pick<TurnNote, "verdict">): IconNode =>
  (verdict && SIGNS[verdict]) ?? NOTE;
