// The Markdown that models write, as tokens: docs/markdown.md describes it, r1widget/export/dialect reads it by the same
// rules.
//
// Both sides run the algorithm of markdown-it (we the original, the kernel its port) with a few rules of our own, one a file
// and of the same names; tests/wire/markdown.json holds them together. Nothing here knows what becomes of the tokens.

import State from "markdown-it/lib/rules_block/state_block.mjs";
import { encode, isSafe } from "./address.ts";
import { getRules, numberItems, task, tokenize } from "./blocks.ts";
import * as inline from "./inline.ts";
import { references } from "./references.ts";

const PARSER: Parser = {
  options: { maxNesting: Number.POSITIVE_INFINITY },
  block: { ruler: { getRules }, tokenize },
  inline,
  normalizeLink: encode,
  normalizeLinkText: address => address,
  validateLink: isSafe,
};

/** The blocks of a text whose lines end in "\n", not yet read within. `streaming`: the text may go on. */
export function blocksOf(source: string, streaming: boolean): { tokens: Token[]; lineStarts: number[] } {
  const tokens: Token[] = [];
  const state = new State(source.replaceAll("\0", "\ufffd"), PARSER, { streaming }, tokens);
  const lineStarts = [...state.bMarks];
  tokenize(state, 0, state.lineMax);
  return { tokens, lineStarts };
}

/**
 * All tokens of a text, and the addresses that it gives for labels. `given`: those that were given before, which are the ones
 * that are meant.
 */
export function tokensOf(
  source: string,
  given: ReadonlyMap<string, string>,
  streaming: boolean,
): { tokens: Token[]; found: Map<string, string> } {
  const { tokens } = blocksOf(source, streaming);
  numberItems(tokens);
  const found = references(tokens);
  // One that is still being written is not yet an address.
  const env = { given: (label: string) => given.get(label) ?? (streaming ? undefined : found.get(label)) };
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "inline") continue;
    const stands = tokens[index - 2]?.type === "list_item_open" ? task(tokens[index - 1], token) : "";
    token.children = inline.parse(token.content, PARSER, env);
    if (stands !== "")
      token.children.unshift({
        ...token,
        type: "task",
        content: stands,
        level: 0,
        map: null,
        children: null,
      });
  }
  return { tokens, found };
}
