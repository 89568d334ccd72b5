// A text that grows, counted as Python counts: in Unicode code points, of which a JavaScript string may spend two
// units on one (🙂).

export function codePoints(text: string): number {
  let surrogates = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(index + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        surrogates++;
        index++;
      }
    }
  }
  return text.length - surrogates;
}

/** `text` without its first `count` code points. */
function without(text: string, count: number): string {
  let units = 0;
  for (let skipped = 0; skipped < count && units < text.length; skipped++) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(units);
}

/** Where in `text`, in UTF-16 units, the code points `counts` are; they ascend. */
export function unitsAt(text: string, counts: number[]): number[] {
  let units = 0;
  let passed = 0;
  return counts.map(count => {
    for (; passed < count && units < text.length; passed++)
      units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
    return units;
  });
}

/**
 * A text in the pieces that it came in. Joining them at each piece would copy the whole text each time, and that is
 * what makes a long one slow: so whoever draws asks `since` for what is new, and `value` joins only when asked.
 */
export class GrowingText {
  /** In code points. */
  length = 0;
  /** In UTF-16 units, as `value.length`. */
  units = 0;
  /** Whether there is anything but white space: "\n\n" is not an answer yet. */
  begun = false;
  #pieces: string[] = [];

  get value(): string {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join("")];
    return this.#pieces[0] ?? "";
  }

  /** What comes after `units`. Costs what it gives. */
  since(units: number): string {
    const found: string[] = [];
    let start = this.units;
    for (let index = this.#pieces.length - 1; index >= 0 && start > units; index--) {
      const piece = this.#pieces[index] as string;
      start -= piece.length;
      found.push(start < units ? piece.slice(units - start) : piece);
    }
    return found.reverse().join("");
  }

  append(text: string): void {
    this.#pieces.push(text);
    this.length += codePoints(text);
    this.units += text.length;
    this.begun ||= /\S/.test(text);
  }

  /** Add a piece that starts at `at`; what of it is new, or undefined if there is a gap before it. */
  add(at: number, text: string): string | undefined {
    if (at > this.length) return undefined;
    const news = at < this.length ? without(text, this.length - at) : text;
    if (news !== "") this.append(news);
    return news;
  }

  /** Become `text`; what was appended, or null if it is another text and has to be drawn anew. */
  become(text: string): string | null {
    if (text.startsWith(this.value)) {
      const news = text.slice(this.units);
      if (news !== "") this.append(news);
      return news;
    }
    this.#pieces = [];
    this.length = this.units = 0;
    this.begun = false;
    this.append(text);
    return null;
  }
}
