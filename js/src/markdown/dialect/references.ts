// Addresses that are given once and meant by a label: `[the docs][d]`, and somewhere `[d]: https://docs.example`.
//
// The line that gives one stays text: what a model wrote is there for a reader. Mirrored in references.py.

import { normalizeReference } from "markdown-it/lib/common/utils.mjs";
import { complete, encode, endOfAddress, isSafe } from "./address.ts";
import { match } from "./characters.ts";

const LABEL = /\[((?:[^[\]\\\n^]|\\.)(?:[^[\]\\\n]|\\.){0,300})\]:[ \t]*/y;
const ANGLED = /<([^<>\s]+)>/y;

/** Labels are the same in capitals and small letters. */
export const normal: (label: string) => string = normalizeReference;

/** What the line gives, at whose first bracket `start` is; `end` is where the label ends, with its colon. */
export function definition(
  source: string,
  start: number,
): { label: string; href: string; end: number } | undefined {
  const found = match(LABEL, source, start);
  if (!found?.[1]?.trim()) return undefined;
  const from = start + found[0].length;
  const angled = match(ANGLED, source, from)?.[1];
  const end = endOfAddress(source, from, source.length);
  const href = encode(angled ?? (end === undefined ? "" : complete(source.slice(from, end))));
  if (!isSafe(href)) return undefined;
  return { label: normal(found[1]), href, end: start + found[0].trimEnd().length };
}

export function startsLine(source: string, at: number): boolean {
  let before = at - 1;
  while (source.charAt(before) === " " || source.charAt(before) === "\t") before--;
  return before < 0 || source.charAt(before) === "\n";
}

/** The addresses that paragraphs give, by label; the first that is given for a label is the one that is meant. */
export function references(tokens: readonly Token[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, { content }] of tokens.entries()) {
    if (tokens[index - 1]?.type !== "paragraph_open" || !content.includes("]:")) continue;
    let at = 0;
    for (const text of content.split("\n")) {
      const given = definition(content, at + (/^[ \t]*/.exec(text)?.[0].length ?? 0));
      if (given && !found.has(given.label)) found.set(given.label, given.href);
      at += text.length + 1;
    }
  }
  return found;
}
