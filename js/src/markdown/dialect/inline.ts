// What stands within a paragraph, a heading or a cell: which rule reads which sign. Mirrored in inline.py.

import { isValidEntityCode } from "markdown-it/lib/common/utils.mjs";
import autolink from "markdown-it/lib/rules_inline/autolink.mjs";
import pairDelimiters from "markdown-it/lib/rules_inline/balance_pairs.mjs";
import pairEmphasis from "markdown-it/lib/rules_inline/emphasis.mjs";
import join from "markdown-it/lib/rules_inline/fragments_join.mjs";
import State from "markdown-it/lib/rules_inline/state_inline.mjs";
import pairStrikes from "markdown-it/lib/rules_inline/strikethrough.mjs";
import { decodeHTML } from "../entities.ts";
import { address, mailbox } from "./address.ts";
import { match } from "./characters.ts";
import { emphasis } from "./emphasis.ts";
import { type Found, findLinks, type Given, link } from "./link.ts";
import { math } from "./math.ts";
import { endOfRun, spansOf } from "./spans.ts";
import { strike } from "./strike.ts";

const SIGN = /[\n\\`$*_~[<@]|!(?=\[)|&(?=[#A-Za-z])|(?:https?:\/\/|www\.)/gi;
const BREAK = /<br[ \t]*\/?>[ \t]*\n?[ \t]*|\\?\n[ \t]*/iy;
const ESCAPED = /\\([!-/:-@[-`{-~])/y;
const ENTITY = /&(?:#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))|[a-z][a-z0-9]{1,31});/iy;
/** Emphasis in emphasis; what is nested deeper is no emphasis. */
const MAX_NESTING = 40;

type Rule = (state: InlineState) => boolean;

export class InlineState extends State {
  #links: Found | undefined;

  get links(): Found {
    this.#links ??= findLinks(this.src, (this.env as { given: Given }).given);
    return this.#links;
  }

  /** What stands up to `end` is text; other text, if it says another. */
  asText(end: number, text = this.src.slice(this.pos, end)): boolean {
    this.pending += text;
    this.pos = end;
    return true;
  }
}

const RULES: Record<string, Rule[]> = {
  "\n": [lineBreak],
  "\\": [math, lineBreak, escaped],
  "`": [code],
  $: [math],
  "*": [emphasis],
  _: [emphasis],
  "~": [strike],
  "[": [link],
  "!": [link],
  "<": [lineBreak, angled],
  "&": [entity],
  "@": [mailbox],
  h: [address],
  w: [address],
};

export function tokenize(state: InlineState): void {
  while (state.pos < state.posMax) {
    const found = match(SIGN, state.src, state.pos);
    const at = Math.min(found?.index ?? state.posMax, state.posMax);
    state.asText(at);
    if (!found || at === state.posMax) break;
    const rules = RULES[found[0].charAt(0).toLowerCase()] as Rule[];
    if (!rules.some(rule => rule(state))) state.asText(at + 1);
  }
  if (state.pending !== "") state.pushPending();
}

export function parse(source: string, parser: Parser, env: { given: Given }): Token[] {
  let state = new InlineState(source, parser, env, []);
  tokenize(state);
  pairDelimiters(state);
  pairStrikes.postProcess(state);
  pairEmphasis.postProcess(state);
  join(state);
  if (state.tokens.some(({ level }) => level >= MAX_NESTING)) {
    state = new InlineState(source, parser, env, []);
    for (const [number, text] of source.split("\n").entries()) {
      if (number > 0) state.push("hardbreak", "br", 0);
      state.push("text", "", 0).content = text.trim();
    }
  }
  return joined(state.tokens);
}

/** Text side by side is one. */
function joined(tokens: Token[]): Token[] {
  const found: Token[] = [];
  for (const token of tokens) {
    const last = found.at(-1);
    if (token.type !== "text") found.push(token);
    else if (last?.type === "text") last.content += token.content;
    else if (token.content !== "") found.push(token);
  }
  return found;
}

/** Every line break is one, and `<br>` is one too. */
function lineBreak(state: InlineState): boolean {
  const found = match(BREAK, state.src, state.pos)?.[0];
  if (!found) return false;
  let end = state.pending.length;
  while (/[ \t]/.test(state.pending.charAt(end - 1))) end--;
  state.pending = state.pending.slice(0, end);
  state.push("hardbreak", "br", 0);
  state.pos += found.length;
  return true;
}

function code(state: InlineState): boolean {
  const found = spansOf(state.src).code(state.pos, state.posMax);
  if (!found) return state.asText(Math.min(endOfRun(state.src, state.pos), state.posMax));
  const text = found.text.replace(/\n/g, " ");
  const isPadded = text.startsWith(" ") && text.endsWith(" ") && /[^ ]/.test(text);
  state.push("code_inline", "code", 0).content = isPadded ? text.slice(1, -1) : text;
  state.pos = found.end;
  return true;
}

function escaped(state: InlineState): boolean {
  const found = match(ESCAPED, state.src, state.pos);
  return found !== null && state.pos + 2 <= state.posMax && state.asText(state.pos + 2, found[1]);
}

function entity(state: InlineState): boolean {
  const found = match(ENTITY, state.src, state.pos);
  const end = state.pos + (found?.[0].length ?? 0);
  if (!found || end > state.posMax) return false;
  const [name, hex, decimal] = found;
  if (!hex && !decimal) {
    const text = decodeHTML(name);
    return text !== name && state.asText(end, text);
  }
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
  return state.asText(end, isValidEntityCode(code) ? String.fromCodePoint(code) : "\ufffd");
}

function angled(state: InlineState): boolean {
  return autolink(state, false);
}
