// Which rules read blocks, and those of them that are ours. Mirrored in blocks.py.
//
// No HTML: it is text. No line takes an address away from the reader: see references.ts.

import blockquote from "markdown-it/lib/rules_block/blockquote.mjs";
import code from "markdown-it/lib/rules_block/code.mjs";
import fence from "markdown-it/lib/rules_block/fence.mjs";
import heading from "markdown-it/lib/rules_block/heading.mjs";
import hr from "markdown-it/lib/rules_block/hr.mjs";
import list from "markdown-it/lib/rules_block/list.mjs";
import paragraph from "markdown-it/lib/rules_block/paragraph.mjs";
import { isIndented, line, mathBlock } from "./math.ts";
import { table } from "./table.ts";

/** Quotes count one and lists count two; what is nested deeper is text of the block that it is in: see blocks.py. */
const MAX_NESTING = 20;

const PARAGRAPH = ["paragraph", "blockquote", "list"];
/** In the order in which they are asked; and what each of them ends. */
const RULES: [rule: BlockRule, ends: string[]][] = [
  [mathBlock, PARAGRAPH],
  [table, ["paragraph"]],
  [code, []],
  [fence, PARAGRAPH],
  [withinLimits(blockquote), PARAGRAPH],
  [hr, PARAGRAPH],
  [withinLimits(list), ["paragraph", "blockquote"]],
  [heading, ["paragraph", "blockquote"]],
  [underlined, []],
  [paragraph, []],
];
const ALL = RULES.map(([rule]) => rule);
const ENDING = Object.fromEntries(
  PARAGRAPH.map(name => [name, RULES.filter(([, ends]) => ends.includes(name)).map(([rule]) => rule)]),
);

/** The rules that end a block of that name. */
export const getRules = (ended: string): BlockRule[] => ENDING[ended] ?? ALL;

/** As the library does it; a rule says where it came to in `state.line`. */
export function tokenize(state: StateBlock, start: number, stop: number): void {
  let hasEmptyLines = false;
  for (let at = start; at < stop; ) {
    at = state.line = state.skipEmptyLines(at);
    // Where it is less to the right, the list ends.
    if (at >= stop || (state.sCount[at] as number) < state.blkIndent) break;
    ALL.some(rule => rule(state, at, stop, false));
    state.tight = !hasEmptyLines;
    at = state.line;
    if (state.isEmpty(at - 1)) hasEmptyLines = true;
    if (at < stop && state.isEmpty(at)) {
      hasEmptyLines = true;
      state.line = ++at;
    }
  }
}

/** So that nothing is nested without end. */
function withinLimits(rule: BlockRule): BlockRule {
  return (state, start, stop, silent) => state.level < MAX_NESTING - 2 && rule(state, start, stop, silent);
}

/**
 * A heading by the line below it. Of one line only: under several a line of dashes is a rule, as in a sum.
 */
function underlined(state: StateBlock, start: number, stop: number): boolean {
  const below = start + 1;
  if (below >= stop || isIndented(state, start) || isIndented(state, below)) return false;
  const rule = line(state, below);
  if ((state.sCount[below] as number) < state.blkIndent || !/^(?:=+|-+)$/.test(rule)) return false;
  const tag = rule.startsWith("=") ? "h1" : "h2";
  state.push("heading_open", tag, 1).map = [start, below + 1];
  const token = state.push("inline", "", 0);
  token.content = line(state, start);
  token.children = [];
  state.push("heading_close", tag, -1);
  state.line = below + 1;
  return true;
}

/** Items have the numbers that were written, but for 1. 1. 1. and 0. 0. 0., which count. */
export function numberItems(tokens: readonly Token[]): void {
  const open: Token[][] = [];
  for (const token of tokens) {
    if (token.type.endsWith("_list_open")) open.push([]);
    else if (token.type === "list_item_open") open.at(-1)?.push(token);
    else if (token.type.endsWith("_list_close")) {
      const items = (open.pop() ?? []).filter(({ info }) => info !== "");
      const numbers = items.map(({ info }) => Number(info));
      if ([0, 1].some(same => numbers.every(number => number === same))) continue;
      for (const [index, item] of items.entries()) {
        const number = numbers[index] as number;
        if (index > 0 && number !== (numbers[index - 1] as number) + 1) item.attrs = [["value", number]];
      }
    }
  }
}

/** How the task stands that an item begins with, which is taken away from its text. */
export function task(before: Token | undefined, token: Token): string {
  const found = before?.type === "paragraph_open" ? /^\[([ xX])\][ \t]+(?=\S)/.exec(token.content) : null;
  if (!found) return "";
  token.content = token.content.slice(found[0].length);
  return found[1] === " " ? "☐" : "☑";
}
