// Addresses that stand bare in a text, and which addresses a link may lead to. Mirrored in address.py.

import { characterAt, isPunctuation, isUnseen, match } from "./characters.ts";

const BEGINS = /(?:https?:\/\/(?=[\p{L}\p{N}[])|www\.(?=[A-Za-z0-9]))/iuy;
const RUN = /[A-Za-z0-9\-._~:/?#@!$&'+,;=%]+/y;
const PAIRS: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
const ENDS = /[\s<>"`|\\^\0-\x20]/;
const TRAILING = /(?:[?!.,:;*_~'"([{]|&[A-Za-z0-9]{1,31};)$/;
const NAME = /[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/;
const DOMAIN = /@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9@_(-])/y;
const SAFE = /^(?:https?:\/\/|mailto:)[^\s<>"\\`]+$/i;

/** Whether a link may lead there: to a server that it names, or to a mailbox. */
export const isSafe = (address: string) => SAFE.test(address);

/** As it stands in a link. */
export function encode(address: string): string {
  try {
    return encodeURI(address).replace(/%25|%5B|%5D/g, decodeURIComponent);
  } catch {
    return ""; // half a character
  }
}

export function address(state: StateInline): boolean {
  const end = state.linkLevel > 0 ? undefined : endOfAddress(state.src, state.pos, state.posMax);
  if (end === undefined) return false;
  const text = state.src.slice(state.pos, end);
  pushLink(state, encode(complete(text)), text);
  state.pos = end;
  return true;
}

/** `name@example.org`, from its `@` on. */
export function mailbox(state: StateInline): boolean {
  const { src, pos, posMax, pending } = state;
  const domain = state.linkLevel > 0 ? undefined : match(DOMAIN, src, pos)?.[0];
  const name = NAME.exec(src.slice(Math.max(0, pos - 63), pos))?.[0];
  if (!domain || pos + domain.length > posMax || !name || !pending.endsWith(name)) return false;
  state.pending = pending.slice(0, pending.length - name.length);
  pushLink(state, encode(`mailto:${name}${domain}`), name + domain);
  state.pos = pos + domain.length;
  return true;
}

function pushLink(state: StateInline, href: string, text: string): void {
  state.push("link_open", "a", 1).attrs = [["href", href]];
  state.push("text", "", 0).content = text;
  state.push("link_close", "a", -1);
}

export const complete = (text: string) => (/^www\./i.test(text) ? `http://${text}` : text);

/** Where the address that begins at `start` ends, if there is one. */
export function endOfAddress(source: string, start: number, stop: number): number | undefined {
  const begin = match(BEGINS, source, start)?.[0];
  if (!begin || /[A-Za-z0-9]/.test(source.charAt(start - 1))) return undefined;
  const first = start + begin.length;
  const open: (string | undefined)[] = [];
  let at = first;
  while (at < stop) {
    const run = match(RUN, source, at)?.[0];
    if (run) {
      at += run.length;
      continue;
    }
    const character = characterAt(source, at);
    const closing = PAIRS[character];
    if (closing) open.push(closing);
    else if (")]}".includes(character)) {
      if (open.pop() !== character) break;
    } else if (character === "*") {
      if (source.startsWith("**", at)) break;
    } else if (ENDS.test(character) || isUnseen(character) || isPunctuation(character)) break;
    at += character.length;
  }
  at = Math.min(at, stop);
  for (;;) {
    const cut = TRAILING.exec(source.slice(Math.max(first, at - 33), at));
    if (!cut) break;
    at -= cut[0].length;
  }
  return at > first ? at : undefined;
}
