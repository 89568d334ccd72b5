// `~~struck through~~`, by two tildes and no other number of them. Mirrored in strike.py.

import { flanks, pushDelimiter } from "./emphasis.ts";
import type { InlineState } from "./inline.ts";

export function strike(state: InlineState): boolean {
  const { opens, closes, length } = flanks(state.src, state.pos, state.posMax);
  // `~5` is about five.
  if (length !== 2) return state.asText(state.pos + length);
  pushDelimiter(state, "~~", 0, opens, closes);
  return true;
}
