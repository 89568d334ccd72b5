// Links and images: `[text](address "title")`, `[text][label]`, `[label]`. Mirrored in link.py.
//
// All links of a text are found in one pass, by the algorithm of CommonMark's appendix: a text of nothing but brackets takes
// its time once. What would lead to no server is no link but the text that it is.

import parseLinkDestination from "markdown-it/lib/helpers/parse_link_destination.mjs";
import parseLinkTitle from "markdown-it/lib/helpers/parse_link_title.mjs";
import { encode, endOfAddress, isSafe } from "./address.ts";
import { match } from "./characters.ts";
import { definition, normal, startsLine } from "./references.ts";
import { endOfRun, spansOf } from "./spans.ts";

const AUTOLINK = /<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\0-\x20]*>/y;
const SIGN = /[\\`$<[\]]|https?:\/\/|www\./gi;
const SPACES = /[ \t\n]*/y;

/** What a label stands for; asked with a normal label. */
export type Given = (label: string) => string | undefined;

interface Target {
  href: string;
  title: string;
  end: number;
}

export interface Found {
  /** By where they begin. */
  links: Map<number, { textEnd: number; isImage: boolean; target: Target }>;
  /** Where the label of a line that gives an address ends, by where it begins. */
  labels: Map<number, number>;
}

export function link(state: StateInline & { links: Found }): boolean {
  const { src, pos, links, posMax } = state;
  const labelEnd = links.labels.get(pos);
  if (labelEnd !== undefined) {
    state.push("text", "", 0).content = src.slice(pos, labelEnd);
    state.pos = labelEnd;
    return true;
  }
  const found = links.links.get(pos);
  if (!found) return false;
  const { isImage, textEnd, target } = found;
  const attrs: [string, string][] = [[isImage ? "src" : "href", target.href]];
  if (target.title !== "") attrs.push(["title", target.title]);
  if (isImage) {
    const token = state.push("image", "img", 0);
    token.content = src.slice(pos + 2, textEnd);
    token.attrs = attrs;
  } else {
    state.push("link_open", "a", 1).attrs = attrs;
    state.pos++;
    state.posMax = textEnd;
    state.linkLevel++;
    state.md.inline.tokenize(state);
    state.linkLevel--;
    state.posMax = posMax;
    state.push("link_close", "a", -1);
  }
  state.pos = target.end;
  return true;
}

export function findLinks(source: string, given: Given): Found {
  const spans = spansOf(source);
  const stop = source.length;
  const found: Found = { links: new Map(), labels: new Map() };
  const open: { begin: number; isImage: boolean }[] = [];
  /** How many of them can't be links any more: a link holds no link. */
  let closed = 0;
  for (let at = 0, sign = match(SIGN, source, at); sign; sign = match(SIGN, source, at)) {
    const past = at;
    const { 0: character, index: start } = sign;
    at = start + character.length;
    if (character === "`") at = spans.code(start, stop)?.end ?? endOfRun(source, start);
    else if (character === "$" || character === "\\")
      at = spans.formula(start, stop)?.end ?? start + (character === "$" ? 1 : 2);
    else if (character === "<") {
      const angled = match(AUTOLINK, source, start)?.[0];
      if (!angled) continue;
      at = start + angled.length;
      if (isSafe(angled.slice(1, -1))) closed = open.length;
    } else if (character === "[") {
      const label = startsLine(source, start) ? definition(source, start) : undefined;
      if (label) {
        at = label.end;
        found.labels.set(start, at);
      } else open.push({ begin: start, isImage: start > past && source.charAt(start - 1) === "!" });
    } else if (character === "]") {
      const { begin, isImage } = open.pop() ?? {};
      if (begin === undefined || isImage === undefined) continue;
      const wasClosed = open.length < closed;
      closed = Math.min(closed, open.length);
      const target = wasClosed && !isImage ? undefined : targetOf(source, begin, start, given);
      if (!target) continue;
      found.links.set(isImage ? begin - 1 : begin, { textEnd: start, isImage, target });
      at = target.end;
      if (!isImage) closed = open.length;
    } else at = endOfAddress(source, start, stop) ?? at;
  }
  return found;
}

/** Where the brackets from `begin` to `end` lead. */
function targetOf(source: string, begin: number, end: number, given: Given): Target | undefined {
  const target = source.charAt(end + 1) === "(" ? inline(source, end + 2) : undefined;
  if (target) return target;
  const label = source.slice(begin + 1, end);
  if (source.charAt(end + 1) === "[") {
    const other = /^\[([^\]]{0,301})\]/.exec(source.slice(end + 1, end + 304))?.[1];
    const href = other === undefined ? undefined : given(normal(other || label));
    if (other !== undefined && href) return { href, title: "", end: end + other.length + 3 };
  }
  const href = label.length <= 301 ? given(normal(label)) : undefined;
  return href ? { href, title: "", end: end + 1 } : undefined;
}

function inline(source: string, from: number): Target | undefined {
  let at = skip(source, from);
  const found = parseLinkDestination(source, at, source.length);
  const href = found.ok ? encode(found.str) : "";
  if (!isSafe(href)) return undefined;
  at = skip(source, found.pos);
  let title = "";
  const given = at > found.pos ? parseLinkTitle(source, at, source.length) : undefined;
  if (given?.ok) {
    title = given.str;
    at = skip(source, given.pos);
  }
  return source.charAt(at) === ")" ? { href, title, end: at + 1 } : undefined;
}

function skip(source: string, at: number): number {
  return at + (match(SPACES, source, at)?.[0].length ?? 0);
}
