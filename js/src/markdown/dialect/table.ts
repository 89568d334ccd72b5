// Tables: GitHub's, in which a bar within code or a formula parts no cells and no cell gets lost. Mirrored in table.py.

import { match } from "./characters.ts";
import { isIndented, line } from "./math.ts";
import { endOfRun, Spans } from "./spans.ts";

const RULE = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/;
const SIGN = /[\\`$|]/g;
/** Cells that may be missing, besides as many as there are: a long row under a thousand short ones is no table. */
const EMPTY = 1000;

export function table(state: StateBlock, start: number, stop: number, silent: boolean): boolean {
  if (start + 1 >= stop || (state.sCount[start + 1] as number) < state.blkIndent) return false;
  if (isIndented(state, start) || isIndented(state, start + 1)) return false;
  const head = line(state, start);
  const rule = line(state, start + 1);
  if (!head.includes("|") || !rule.includes("|") || !RULE.test(rule)) return false;
  const alignments = rule
    .replace(/^\||\|$/g, "")
    .split("|")
    .map(cell => alignment(cell.trim()));
  const rows = [cells(head, alignments.length)];
  if (rows[0]?.length !== alignments.length) return false;
  if (silent) return true;
  const parent = state.parentType;
  state.parentType = "table";
  const terminators = state.md.block.ruler.getRules("blockquote");
  let number = start + 2;
  let widest = alignments.length;
  let given = 0;
  for (; number < stop && (state.sCount[number] as number) >= state.blkIndent; number++) {
    const text = line(state, number);
    if (text === "" || isIndented(state, number) || terminators.some(ends => ends(state, number, stop, true)))
      break;
    const row = cells(text, alignments.length);
    const wide = Math.max(widest, row.length);
    given += row.length;
    if (wide * rows.length - given > given + EMPTY) break;
    widest = wide;
    rows.push(row);
  }
  state.parentType = parent;
  for (const row of rows) while (row.length < widest) row.push("");
  push(state, start, rows, alignments);
  state.line = number;
  return true;
}

function push(state: StateBlock, start: number, rows: string[][], alignments: string[]): void {
  state.push("table_open", "table", 1).map = [start, start + 1 + rows.length];
  for (const [index, row] of rows.entries()) {
    const [part, tag] = index === 0 ? ["thead", "th"] : ["tbody", "td"];
    if (index < 2) state.push(`${part}_open`, part as string, 1);
    state.push("tr_open", "tr", 1);
    for (const [column, cell] of row.entries()) {
      const opened = state.push(`${tag}_open`, tag as string, 1);
      if (alignments[column]) opened.attrs = [["align", alignments[column]]];
      const token = state.push("inline", "", 0);
      token.content = cell;
      token.children = [];
      state.push(`${tag}_close`, tag as string, -1);
    }
    state.push("tr_close", "tr", -1);
    if (index === 0 || index === rows.length - 1) state.push(`${part}_close`, part as string, -1);
  }
  state.push("table_close", "table", -1);
}

function alignment(rule: string): string {
  const left = rule.startsWith(":");
  if (rule.endsWith(":")) return left ? "center" : "right";
  return left ? "left" : "";
}

/** The row's cells; `count` is how many the head has, which decides where a bar can be read in two ways. */
function cells(row: string, count: number): string[] {
  const aware = cut(row, new Spans(row));
  if (aware.length === count) return aware;
  const plain = cut(row, undefined);
  return plain.length === count ? plain : aware;
}

/** Cut at each bar; with `spans`, not within code and formulas, where a bar is what it is. */
function cut(row: string, spans: Spans | undefined): string[] {
  const found: string[] = [];
  let cell = "";
  let at = row.startsWith("|") ? 1 : 0;
  for (let sign = match(SIGN, row, at); sign; sign = match(SIGN, row, at)) {
    const { 0: character, index: start } = sign;
    cell += row.slice(at, start);
    at = start + 1;
    if (character === "|") {
      found.push(cell.trim());
      cell = "";
      continue;
    }
    const code = character === "`" ? spans?.code(start, row.length) : undefined;
    const formula = character === "`" ? undefined : spans?.formula(start, row.length);
    if (code ?? formula) at = (code ?? formula)?.end as number;
    else if (character === "\\") at++;
    else if (character === "`") at = endOfRun(row, start);
    cell += code ? row.slice(start, at).replaceAll("\\|", "|") : row.slice(start, at);
  }
  cell += row.slice(at);
  if (cell.trim() !== "" || !row.endsWith("|")) found.push(cell.trim());
  return found;
}
