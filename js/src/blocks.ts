// Text that comes in pieces, cut into the top-level blocks of markdown. What is given out is final: however the text
// came, whole or by character, the same blocks come out.
//
//     "A paragraph.\n\n1. one\n\n2"
//      ^ final         ^ may still go on: "2" can become "2. two"

import type { Token, Tokens } from "marked";
import { topLevel } from "./parser.ts";

export interface Block {
  source: string;
  /** Whether it goes on where the one before it was cut, for its length. */
  continued: boolean;
}

/** Characters of a block; a longer one is cut, so that the work for a frame doesn't grow with the text. */
export const LONGEST = 8000;
/** Characters that are parsed at once. Three blocks: one that may go on, one that may be cut, and one in between. */
const WINDOW = 3 * LONGEST;

export class Blocks {
  /** What has been read, from the first block on that isn't final. */
  #tail = "";
  #tailContinues = false;
  #unread = "";
  #ended = false;
  #ready: Block[] = [];

  write(text: string): void {
    this.#unread += text;
  }

  end(): void {
    this.#ended = true;
  }

  /** The next final block, if there is one. */
  next(): Block | undefined {
    while (this.#ready.length === 0) {
      const read = this.#read();
      if (this.#tail === "") return undefined;
      if (!this.#cut(true) && !read) {
        if (!this.#ended || !this.#cut(false)) return undefined;
      }
    }
    return this.#ready.shift();
  }

  /** What isn't final yet. */
  get tail(): Block {
    return { source: this.#tail, continued: this.#tailContinues };
  }

  #read(): boolean {
    // "\r\n" may come in two pieces; half of it waits for the other.
    const hold = !this.#ended && this.#unread.endsWith("\r") ? 1 : 0;
    const count = Math.min(WINDOW - this.#tail.length, this.#unread.length - hold);
    if (count <= 0) return false;
    this.#tail += this.#unread.slice(0, count).replace(/\r\n?/g, "\n");
    this.#unread = this.#unread.slice(count);
    return true;
  }

  /** Move what is final from the tail to where it is ready; whether anything was. */
  #cut(streaming: boolean): boolean {
    const tokens = topLevel(this.#tail, streaming);
    const tooLong = tokens.findIndex(token => token.type !== "space" && token.raw.length > LONGEST);
    const settled = streaming ? Math.max(finalCount(tokens), tooLong) : tokens.length;
    // A window that is full and has nothing final in it must make room all the same.
    const forced = settled === 0 && this.#tail.length >= WINDOW;
    let offset = 0;
    for (const [index, token] of tokens.entries()) {
      if (index === tooLong) {
        const { end, prefix } = cutAt(token);
        this.#put(this.#tail.slice(offset, offset + end));
        this.#tail = prefix + this.#tail.slice(offset + end);
        this.#tailContinues = true;
        return true;
      }
      if (index >= settled && !forced) break;
      if (token.type !== "space") this.#put(this.#tail.slice(offset, offset + token.raw.length));
      offset += token.raw.length;
    }
    this.#tail = this.#tail.slice(offset);
    return offset > 0;
  }

  #put(source: string): void {
    this.#ready.push({ source, continued: this.#tailContinues });
    this.#tailContinues = false;
  }
}

/** How many of the tokens no further text can change. */
function finalCount(tokens: Token[]): number {
  const isBlock = (token: Token) => token.type !== "space";
  let last = tokens.findLastIndex(isBlock);
  // Until its first line is complete, the last block may turn out to belong to the one before it.
  if (last > 0 && !tokens.slice(last).some(token => token.raw.includes("\n"))) {
    last = tokens.slice(0, last).findLastIndex(isBlock);
  }
  // Display math that is never closed becomes part of the paragraph that it follows.
  if (last > 0 && (tokens.at(-1) as Tokens.Generic).open) {
    last = Math.min(last, tokens.slice(0, -1).findLastIndex(token => token.type === "space") + 1);
  }
  return Math.max(last, 0);
}

/** Where a block that is too long is cut, and what its rest needs in front to go on as what it is. */
function cutAt(token: Token): { end: number; prefix: string } {
  const head = token.raw.slice(0, LONGEST);
  const lines =
    token.type === "table" ? 2 : token.type === "code" && token.codeBlockStyle !== "indented" ? 1 : 0;
  let opening = 0;
  for (let line = 0; line < lines; line++) opening = head.indexOf("\n", opening) + 1;
  const prefix = head.slice(0, opening);
  // At a line that isn't indented a list goes on as a list; then any line, any space, anywhere.
  const candidates =
    lines > 0
      ? [head.lastIndexOf("\n") + 1]
      : [lastUnindented(head), head.lastIndexOf("\n") + 1, head.lastIndexOf(" ") + 1];
  const end = candidates.find(at => at > opening + LONGEST / 4);
  if (end !== undefined) return { end, prefix };
  const unit = head.charCodeAt(head.length - 1);
  return { end: unit >= 0xd800 && unit < 0xdc00 ? head.length - 1 : head.length, prefix };
}

function lastUnindented(text: string): number {
  for (let at = text.lastIndexOf("\n"); at > 0; at = text.lastIndexOf("\n", at - 1)) {
    const next = text[at + 1];
    if (next !== undefined && /\S/.test(next)) return at + 1;
  }
  return 0;
}
