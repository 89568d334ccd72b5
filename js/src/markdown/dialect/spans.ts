// Where code and formulas of a text end. Mirrored in spans.py.
//
// What is looked for is found once for the whole text, so that a text of nothing but openings takes its time once.

import { isDigit, match } from "./characters.ts";

/** What is mathematics without a sign that says so. `itemize` and the like aren't. */
export const ENVIRONMENTS = new Set(
  (
    "align align* alignat alignat* aligned alignedat array bmatrix Bmatrix cases dcases eqnarray eqnarray* " +
    "equation equation* flalign flalign* gather gather* gathered matrix multline multline* pmatrix rcases smallmatrix " +
    "split vmatrix Vmatrix"
  ).split(" "),
);

const DELIMITERS = [
  ["$$", "$$", true],
  ["$", "$", false],
  ["\\(", "\\)", false],
  ["\\[", "\\]", true],
] as const;
const COMMAND = /\\(?:(boxed)|([dtc]?frac|[dt]?binom)|(sqrt))(?![A-Za-z])/y;
const DEGREE = /\[[^[\]\n]{1,20}\]/y;
const ENVIRONMENT = /\\(?:(begin|end)\{([A-Za-z]+\*?)\}|[\s\S])/g;
const BRACE = /\\[\s\S]|[{}]/g;

export interface Formula {
  tex: string;
  isDisplay: boolean;
  end: number;
}

export class Spans {
  readonly source: string;
  /** For a sign, from where on it was looked for and where it is. */
  readonly #next = new Map<string, [from: number, at: number]>();
  #runs: Map<number, number[]> | undefined;
  #environments: Map<number, number> | undefined;
  #braces: Map<number, number> | undefined;

  constructor(source: string) {
    this.source = source;
  }

  /** The code that the backticks at `start` open. */
  code(start: number, stop: number): { text: string; end: number } | undefined {
    const begin = Math.min(endOfRun(this.source, start), stop);
    this.#runs ??= runs(this.source);
    const close = atLeast(this.#runs.get(begin - start) ?? [], begin);
    const end = close + begin - start;
    return end <= stop ? { text: this.source.slice(begin, close), end } : undefined;
  }

  /** The formula that begins at `start`, a `$` or a backslash. */
  formula(start: number, stop: number): Formula | undefined {
    for (const [opening, closing, isDisplay] of DELIMITERS)
      if (this.source.startsWith(opening, start))
        return this.#delimited(start, stop, opening, closing, isDisplay);
    return this.#bare(start, stop);
  }

  #delimited(start: number, stop: number, opening: string, closing: string, isDisplay: boolean) {
    const begin = start + opening.length;
    const close = this.#find(closing, begin);
    const end = close + closing.length;
    if (end > stop || this.#find("`", begin) < close) return undefined;
    const tex = this.source.slice(begin, close);
    // Money, as pandoc tells it: no space within, no digit behind.
    if (
      opening === "$" &&
      (!/^\S(?:[\s\S]*\S)?$/.test(tex) || isDigit(this.source.charAt(end)) || !isBalanced(tex))
    )
      return undefined;
    return tex.trim() === "" ? undefined : { tex, isDisplay, end };
  }

  /** `\boxed{…}` and `\begin{align}…\end{align}` are formulas by themselves. */
  #bare(start: number, stop: number): Formula | undefined {
    const isDisplay = this.source.startsWith("\\begin{", start);
    this.#environments ??= environments(this.source);
    const end = isDisplay ? this.#environments.get(start) : this.#endOfCommand(start);
    if (end === undefined || end > stop || this.#find("`", start) < end || this.#find("$", start) < end)
      return undefined;
    return { tex: this.source.slice(start, end), isDisplay, end };
  }

  #endOfCommand(start: number): number | undefined {
    const found = match(COMMAND, this.source, start);
    if (!found) return undefined;
    const [command, boxed, fraction, root] = found;
    let at = start + command.length;
    if (root) at += match(DEGREE, this.source, at)?.[0].length ?? 0;
    for (let argument = fraction ? 2 : 1; argument > 0; argument--) {
      this.#braces ??= groups(this.source);
      const end = this.#braces.get(endOfRun(this.source, at, " "));
      if (end !== undefined) at = end;
      // `\sqrt2`, as TeX has it.
      else if (!boxed && /[0-9]/.test(this.source.charAt(at))) at++;
      else return undefined;
    }
    return at;
  }

  /** Where `sign` is from `begin` on, not behind an odd number of backslashes; past the end, where it isn't. */
  #find(sign: string, begin: number): number {
    const known = this.#next.get(sign);
    if (known && known[0] <= begin && begin <= known[1]) return known[1];
    let at = this.source.indexOf(sign, begin);
    while (at >= 0 && sign !== "`" && this.#isEscaped(at, begin)) at = this.source.indexOf(sign, at + 1);
    if (at < 0) at = this.source.length + 1;
    this.#next.set(sign, [begin, at]);
    return at;
  }

  #isEscaped(at: number, begin: number): boolean {
    let slashes = at;
    while (slashes > begin && this.source.charAt(slashes - 1) === "\\") slashes--;
    return (at - slashes) % 2 === 1;
  }
}

/** Where the run of equal signs at `at` ends. */
export function endOfRun(source: string, at: number, sign = "`"): number {
  let end = at;
  while (source.charAt(end) === sign) end++;
  return end;
}

function isBalanced(tex: string): boolean {
  let depth = 0;
  for (const [sign] of tex.matchAll(BRACE)) {
    depth += sign === "{" ? 1 : sign === "}" ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Where runs of backticks begin, by how long they are. */
function runs(source: string): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { 0: run, index } of source.matchAll(/`+/g)) {
    const same = found.get(run.length);
    if (same) same.push(index);
    else found.set(run.length, [index]);
  }
  return found;
}

/** The first of `sorted` that is not before `least`. */
function atLeast(sorted: number[], least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? Number.POSITIVE_INFINITY;
}

/** Where an environment ends, by where it begins. */
function environments(source: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open = new Map<string, number[]>();
  for (const { 0: whole, 1: act, 2: name = "", index } of source.matchAll(ENVIRONMENT)) {
    const same = open.get(name) ?? [];
    open.set(name, same);
    if (act === "begin") same.push(index);
    const begin = act === "end" ? same.pop() : undefined;
    if (begin !== undefined && ENVIRONMENTS.has(name)) ends.set(begin, index + whole.length);
  }
  return ends;
}

/** Where a group ends, by where it begins. */
function groups(source: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: sign, index } of source.matchAll(BRACE)) {
    if (sign === "{") open.push(index);
    const begin = sign === "}" ? open.pop() : undefined;
    if (begin !== undefined) ends.set(begin, index + 1);
  }
  return ends;
}

let last = new Spans("");

/** Every rule asks about the same text, one sign after the other. */
export function spansOf(source: string): Spans {
  if (last.source !== source) last = new Spans(source);
  return last;
}
