// Text that comes in pieces, cut into the top-level blocks of markdown. What is given out is final: however the text
// came, whole or by character, the same blocks come out.
//
//     "A paragraph.\n\n1. one\n\n2"
//      ^ final         ^ may still go on: "2" can become "2. two"

import { blocksOf } from "./dialect/index.ts";

export interface Block {
  source: string;
  /** Whether it goes on where the one before it was cut, for its length. */
  continued: boolean;
}

/** Characters of a block; a longer one is cut, so that the work for a frame doesn't grow with the text. */
export const LONGEST = 8000;
/** Characters that are parsed at once. Three blocks: one that may go on, one that may be cut, and one in between. */
const WINDOW = 3 * LONGEST;

/** A top-level block of what has been read. */
interface Found {
  type: string;
  start: number;
  end: number;
  /** Whether no further text can make it something else. */
  isSure: boolean;
}

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
    this.#tail += this.#unread.slice(0, count).replace(/\r\n?|[\v\f\x85\u2028\u2029]/g, "\n");
    this.#unread = this.#unread.slice(count);
    return true;
  }

  /** Move what is final from the tail to where it is ready; whether anything was. */
  #cut(streaming: boolean): boolean {
    const blocks = topLevel(this.#tail, streaming);
    const tooLong = blocks.findIndex(({ start, end }) => end - start > LONGEST);
    let settled = streaming ? Math.max(finalCount(blocks), tooLong) : blocks.length;
    // A window that is full and has nothing final in it must make room all the same.
    if (settled <= 0 && this.#tail.length >= WINDOW) settled = blocks.length;
    for (const [index, { type, start, end }] of blocks.entries()) {
      if (index === tooLong) {
        const cut = cutAt(type, this.#tail.slice(start, end));
        this.#put(this.#tail.slice(start, start + cut.end));
        this.#tail = cut.prefix + this.#tail.slice(start + cut.end);
        this.#tailContinues = true;
        return true;
      }
      if (index < settled) this.#put(this.#tail.slice(start, end));
    }
    const blank = streaming ? this.#tail.lastIndexOf("\n") + 1 : this.#tail.length;
    const offset = blocks[settled]?.start ?? (blocks.length > 0 ? this.#tail.length : blank);
    this.#tail = this.#tail.slice(offset);
    return offset > 0;
  }

  #put(source: string): void {
    this.#ready.push({ source: source.trimEnd(), continued: this.#tailContinues });
    this.#tailContinues = false;
  }
}

function topLevel(source: string, streaming: boolean): Found[] {
  const { tokens, lineStarts } = blocksOf(source, streaming);
  const found: Found[] = [];
  for (const { type, level, nesting, map, info } of tokens) {
    if (level > 0 || nesting < 0 || !map) continue;
    const [start = 0, end = source.length] = [lineStarts[map[0]], lineStarts[map[1]]];
    // A table is one with its second line, a formula with its last, another block with its first; so far as it is complete.
    const lines = type === "table_open" ? 2 : type === "math_block" ? map[1] - map[0] : 1;
    const sure = lineStarts[map[0] + lines] ?? Number.POSITIVE_INFINITY;
    const isComplete = sure < source.length || (sure === source.length && source.endsWith("\n"));
    found.push({ type, start, end, isSure: isComplete && !(type === "math_block" && info === "open") });
  }
  return found;
}

/** How many of the blocks no further text can change. */
function finalCount(blocks: readonly Found[]): number {
  const last = blocks.length - 1;
  // Until it is sure what the last one is, it may turn out to belong to the one before it.
  return last > 0 && !blocks[last]?.isSure ? last - 1 : Math.max(last, 0);
}

/** Where a block that is too long is cut, and what its rest needs in front to go on as what it is. */
function cutAt(type: string, source: string): { end: number; prefix: string } {
  const head = source.slice(0, LONGEST);
  const lines = type === "table_open" ? 2 : type === "fence" ? 1 : 0;
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
