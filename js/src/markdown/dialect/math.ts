// Formulas within a line, and those that stand on lines of their own. Mirrored in math.py.
//
// Their tokens are `math_inline`, `math_display` and `math_block`; the content is the TeX as it was written.

import { match } from "./characters.ts";
import { ENVIRONMENTS, spansOf } from "./spans.ts";

const OPENS = /\$\$|\\\[|\\begin\{([A-Za-z]+\*?)\}/y;
const SIGN = /\\(?:(?:begin|end)\{[A-Za-z]+\*?\}|[\s\S])|\$\$|`/g;

export function math(state: StateInline): boolean {
  const formula = spansOf(state.src).formula(state.pos, state.posMax);
  if (!formula) return false;
  state.push(formula.isDisplay ? "math_display" : "math_inline", "math", 0).content = formula.tex;
  state.pos = formula.end;
  return true;
}

/**
 * From the start of a line to the end of a line, which may have a full stop or the like; no blank line within. While a text
 * is being written (`env.streaming`), what isn't closed at its end is one until we know better: its "- b" is no list.
 */
export function mathBlock(state: StateBlock, start: number, stop: number, silent: boolean): boolean {
  const first = line(state, start);
  const opening = match(OPENS, first, 0);
  const [begin = "", name] = opening ?? [];
  if (!opening || isIndented(state, start) || (name !== undefined && !ENVIRONMENTS.has(name))) return false;
  const end = begin.replace("begin", "end").replace("\\[", "\\]");
  // Where the search has failed up to a line, it fails from each line before; else many openings cost a square.
  const env = state.env as { streaming?: boolean; unclosed?: Record<string, number> };
  env.unclosed ??= {};
  if (start < (env.unclosed[end] ?? -1)) return false;
  const content = [first.slice(begin.length)];
  let number = start;
  let depth = 0;
  let closing: RegExpExecArray | undefined;
  let isOpen = false;
  while (!closing && !isOpen) {
    for (const found of (content.at(-1) as string).matchAll(SIGN)) {
      const [sign] = found;
      if (name !== undefined && sign === begin) depth++;
      if (sign !== "`" && (sign !== end || depth-- > 0)) continue;
      closing = found;
      break;
    }
    if (closing) break;
    number++;
    isOpen = env.streaming === true && number >= state.lineMax;
    if (isOpen) break;
    if (number >= stop || line(state, number) === "" || (state.sCount[number] as number) < state.blkIndent) {
      env.unclosed[end] = number;
      return false;
    }
    content.push(line(state, number));
  }
  if (closing?.[0] === "`") return false;
  const last = content.pop() as string;
  const rest = closing ? last.slice(closing.index + end.length).trim() : "";
  const inside = [...content, closing ? last.slice(0, closing.index) : last].join("\n");
  if (!/^[.,;:]?$/.test(rest) || (!isOpen && inside.trim() === "")) return false;
  if (silent) return true;
  const token = state.push("math_block", "math", 0);
  token.content = name === undefined ? inside : begin + inside + (isOpen ? "" : end);
  token.map = [start, isOpen ? number : number + 1];
  token.info = isOpen ? "open" : rest;
  state.line = token.map[1];
  return true;
}

/** The line, without what belongs to the list or quote that it is in. */
export function line(state: StateBlock, number: number): string {
  const begin = (state.bMarks[number] as number) + (state.tShift[number] as number);
  return state.src.slice(begin, state.eMarks[number]).trimEnd();
}

/** Whether it is so far to the right that it would be code. */
export function isIndented(state: StateBlock, number: number): boolean {
  return (state.sCount[number] as number) - state.blkIndent >= 4;
}
