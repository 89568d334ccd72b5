// Which stars and underscores emphasise. docs/markdown.md has the rule in words; emphasis.py is the mirror.
//
// CommonMark's rule of the two flanks, with two amendments: beside Chinese, Japanese and Korean text it is friendlier
// (https://github.com/tats-u/markdown-cjk-friendly, specification.md); and a sign between two operands is one of arithmetic.

import {
  after,
  before,
  characterAt,
  isCjk,
  isDigit,
  isLetter,
  isPunctuation,
  isSpace,
  match,
} from "./characters.ts";
import type { InlineState } from "./inline.ts";

const IDENTIFIER = /__[A-Za-z][A-Za-z0-9_]*__(?![A-Za-z0-9_])/y;
const ENDS_OPERAND = /[)\]}|%°∞⌋⌉⟩）］｝]/;
const BEGINS_OPERAND = /[([{|√∞⌊⌈⟨（［｛]/;
/** Beside one star only: `**so**$x$` is no power. */
const ENDS_FACTOR = /[$`]/;
const BEGINS_FACTOR = /[$`\\]/;
/** Before the one nothing opens, behind the other nothing closes: `(*)`, `f(*, a)`, `(_) =>`, `z^*`. */
const ENDS = /[,;:?)\]}]/;
const BEGINS = /[([{^]/;

export function emphasis(state: InlineState): boolean {
  const { src, pos, posMax } = state;
  const marker = src.charAt(pos);
  if (marker === "_" && !/\w/.test(src.charAt(pos - 1))) {
    const name = match(IDENTIFIER, src, pos)?.[0];
    // `__init__` is a name.
    if (name && pos + name.length <= posMax) return state.asText(pos + name.length);
  }
  const { opens, closes, length } = flanks(src, pos, posMax);
  if (!opens && !closes) return state.asText(pos + length);
  for (let sign = 0; sign < length; sign++) pushDelimiter(state, marker, length, opens, closes);
  return true;
}

/** A sign as text, of which the library makes one of a pair. `length` is that of its run; 0: it fits any. */
export function pushDelimiter(
  state: InlineState,
  text: string,
  length: number,
  open: boolean,
  close: boolean,
): void {
  state.push("text", "", 0).content = text;
  const token = state.tokens.length - 1;
  state.delimiters.push({ marker: text.charCodeAt(0), length, token, end: -1, open, close });
  state.pos += text.length;
}

/** Whether the run of signs at `start` can open and can close emphasis, and how long it is. */
export function flanks(
  source: string,
  start: number,
  stop: number,
): { opens: boolean; closes: boolean; length: number } {
  const marker = source.charAt(start);
  let end = start;
  while (end < stop && source.charAt(end) === marker) end++;
  const length = end - start;
  const { character: left, at } = before(source, start);
  const ahead = after(source, end);
  const right = ahead < stop ? characterAt(source, ahead) : " ";
  const [leftSpace, rightSpace] = [isSpace(left), isSpace(right)];
  if (marker !== "~" && isArithmetic(source, at, left, ahead, right, length))
    return { opens: false, closes: false, length };
  // `src/*.py`, `**/*`, `/* a comment */`
  if (marker === "*" && ((leftSpace && right === "/") || (left === "/" && length === 1 && !isLetter(right))))
    return { opens: false, closes: false, length };
  const [leftSign, rightSign] = [isPunctuation(left), isPunctuation(right)];
  const [leftCjk, rightCjk] = [isCjk(left), isCjk(right)];
  // `.*` may repeat.
  const repeats = marker === "*" && /[.^]/.test(left);
  const opens =
    !repeats &&
    !ENDS.test(right) &&
    !rightSpace &&
    (!rightSign || rightCjk || leftSpace || leftSign || leftCjk);
  const closes =
    !BEGINS.test(left) && !leftSpace && (!leftSign || leftCjk || rightSpace || rightSign || rightCjk);
  if (marker !== "_") return { opens, closes, length };
  // Not within a word.
  return { opens: opens && (!closes || leftSign), closes: closes && (!opens || rightSign), length };
}

function isArithmetic(
  source: string,
  at: number,
  left: string,
  ahead: number,
  right: string,
  length: number,
): boolean {
  if (length > 1 && (isCjk(left) || isCjk(right))) return false;
  const ends = isLetter(left) || ENDS_OPERAND.test(left) || isFactorial(source, at) || endsString(source, at);
  const begins = isLetter(right) || BEGINS_OPERAND.test(right);
  const isOne = length === 1;
  if ((ends || (isOne && ENDS_FACTOR.test(left))) && (begins || (isOne && BEGINS_FACTOR.test(right))))
    return true;
  if (left === right && /["'_]/.test(left)) return true;
  // `2 *3` and `2* 3`: between digits one star is a sign of arithmetic, whatever spaces there are.
  const beyond = left === " " && at > 0 ? before(source, at).character : left;
  const following = right === " " && ahead + 1 < source.length ? characterAt(source, ahead + 1) : right;
  return length === 1 && isDigit(beyond) && isDigit(following);
}

/** `5!`, `(n-1)!`, `n!`; not `Wait!`. */
function isFactorial(source: string, at: number): boolean {
  if (at < 1 || source.charAt(at) !== "!") return false;
  const operand = before(source, at);
  if (operand.character === ")" || isDigit(operand.character)) return true;
  return isLetter(operand.character) && !isLetter(before(source, operand.at).character);
}

/** The second quote of `"-"*20`; not that before `"*so*"`. */
function endsString(source: string, at: number): boolean {
  return at > 0 && /["']/.test(source.charAt(at)) && !/[\s([{:,=]/.test(source.charAt(at - 1));
}
