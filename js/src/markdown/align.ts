// Where in a text that was drawn a piece of its source is. Markdown takes its signs away and adds none, so the letters that
// are left stand in the same order: they are read along in both, and where they part (a sign, the address of a link), the
// next words are looked for. No DOM: `K` is whatever holds a piece of text.
//
//     source   So **17 × 24** is $408$, [as](https://…) shown.
//     drawn    So   17 × 24   is  ▢  ,  as              shown.

/** Drawn text of one node; or, with `tex`, what was drawn from a formula. */
export interface Drawn<K> {
  node: K;
  text: string;
  tex?: string;
  /** Whether a block begins here: words don't go across. */
  breaks: boolean;
}

/** What stands in a node from `at` on, is in the source from `start` to `end`. Of a formula `at` is 0, and all of it is meant. */
export interface Place<K> {
  node: K;
  at: number;
  start: number;
  end: number;
  isFormula: boolean;
}

/** How many characters must agree for a place to be the one that was looked for. */
const ENOUGH = 12;
/** How far a place is looked for: over the address of a link, not over a page. */
const WINDOW = 1500;
/** What markdown may take away between two characters. */
const SIGNS = "*_~`\\[](){}#>|&!<";
const SPACE = /\s/;
/** Comparisons for each character, after which a text is not the source of what was drawn. */
const PATIENCE = 60;

/** Reads `source` from `from` on along with what was drawn from it. Gives the places, and how far it came. */
export function align<K>(
  source: string,
  drawn: readonly Drawn<K>[],
  from = 0,
): { places: Place<K>[]; to: number } {
  const reader = new Reader<K>(source, from);
  for (let index = 0; index < drawn.length; ) {
    const item = drawn[index] as Drawn<K>;
    if (item.tex !== undefined) {
      reader.formula(item.node, item.tex);
      index++;
      continue;
    }
    const run = [item];
    for (index++; index < drawn.length; index++) {
      const next = drawn[index] as Drawn<K>;
      if (next.breaks || next.tex !== undefined) break;
      run.push(next);
    }
    reader.run(run);
  }
  return { places: reader.places, to: reader.at };
}

class Reader<K> {
  readonly places: Place<K>[] = [];
  at: number;
  readonly #source: string;
  #left: number;

  constructor(source: string, from: number) {
    this.#source = source;
    this.at = from;
    this.#left = PATIENCE * (source.length - from) + 10_000;
  }

  /** Text without a break in it, in one node or more. */
  run(nodes: readonly Drawn<K>[]): void {
    const whole = nodes.map(({ text }) => text).join("");
    let isSure = false;
    let offset = 0;
    for (const { node, text } of nodes) {
      let place: Place<K> | undefined;
      for (let index = 0; index < text.length; index++) {
        const char = text.charAt(index);
        if (SPACE.test(char)) continue;
        const at = this.#pastSpace();
        const here: number | undefined =
          isSure && this.#source.charAt(at) === char ? at : this.#lookFor(whole, offset + index, at);
        isSure = here !== undefined;
        if (here === undefined) continue;
        // White space that stands in both is in the place too.
        if (place && here - place.start === index - place.at) place.end = here + 1;
        else {
          place = { node, at: index, start: here, end: here + 1, isFormula: false };
          this.places.push(place);
        }
        this.at = here + this.#lengthOf(char, here);
      }
      offset += text.length;
    }
  }

  formula(node: K, tex: string): void {
    // The full stop after a displayed formula was drawn into it.
    const bare = tex.replace(/\\text\{[.,;:]\}$/, "").trim();
    const found = this.#near(this.at, bare.length).indexOf(bare);
    const exact = found >= 0;
    // In a list its lines are indented.
    const from = exact ? this.at + found : this.#lookFor(bare, 0, this.at);
    if (from === undefined) return;
    let end = exact ? from + bare.length : this.#pastText(bare, from);
    let start = from;
    while (start > this.at && /[\s$([\\]/.test(this.#source.charAt(start - 1))) start--;
    start += /^\s*/.exec(this.#source.slice(start, from))?.[0].length ?? 0;
    const closing = /^\s*(?:\$\$?|\\[)\]])/.exec(this.#source.slice(end, end + 20));
    end += closing?.[0].length ?? 0;
    this.places.push({ node, at: 0, start, end, isFormula: true });
    this.at = end;
  }

  #pastSpace(): number {
    let { at } = this;
    while (at < this.#source.length && SPACE.test(this.#source.charAt(at))) at++;
    return at;
  }

  /** Where `text` from `index` on is. */
  #lookFor(text: string, index: number, from: number): number | undefined {
    const char = text.charAt(index);
    const near = this.#near(from);
    for (let at = near.indexOf(char); at >= 0; at = near.indexOf(char, at + 1)) {
      if (this.#agrees(text, index, from + at)) return from + at;
      if (this.#left <= 0) return undefined;
    }
    this.#left -= WINDOW / 10;
    return undefined;
  }

  /** What of the source is near: to look through all of it for each character would take its square. */
  #near(from: number, more = 0): string {
    return this.#source.slice(from, from + WINDOW + more);
  }

  /** Whether enough of `text` from `index` on is in the source from `at` on, but for what markdown takes away. */
  #agrees(text: string, index: number, at: number): boolean {
    let agreed = 0;
    let within = at;
    for (let look = index; look < text.length && agreed < ENOUGH; look++) {
      const char = text.charAt(look);
      if (SPACE.test(char)) continue;
      while (this.#source.charAt(within) !== char) {
        if (this.#left-- <= 0 || within - at > WINDOW) return false;
        const past = this.#pastSign(within);
        if (past === within) return false;
        within = past;
        // What an entity stands for is one character.
        if (this.#source.charAt(within - 1) === ";") break;
      }
      if (this.#source.charAt(within) === char) within += this.#lengthOf(char, within);
      agreed++;
    }
    return true;
  }

  /** How long what `char` was drawn from is, at `at`. */
  #lengthOf(char: string, at: number): number {
    return char === "&" && this.#source.startsWith("&amp;", at) ? 5 : 1;
  }

  /** Past a sign of markdown at `at`, with the address that belongs to it; `at`, where there is none. */
  #pastSign(at: number): number {
    const char = this.#source.charAt(at);
    if (char === "" || !(SPACE.test(char) || SIGNS.includes(char))) return at;
    if (char !== "]" && char !== "&") return at + 1;
    this.#left -= PATIENCE; // it may look far
    const rest = this.#source.slice(at, at + WINDOW);
    const longer = char === "]" ? /^\](?:\([^)]*\)|\[[^\]]*\])/.exec(rest) : /^&#?\w{1,24};/.exec(rest);
    return at + (longer?.[0].length ?? 1);
  }

  /** Where `text`, which begins at `from`, ends. */
  #pastText(text: string, from: number): number {
    let at = from;
    for (const char of text.replace(/\s+/g, "")) {
      const found = this.#near(at).indexOf(char);
      if (found < 0) break;
      at += found + 1;
    }
    return at;
  }
}
