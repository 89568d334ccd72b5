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

export class GrowingText {
  value = "";
  /** In code points. */
  length = 0;
  /** Whether there is anything but white space: "\n\n" is not an answer yet. */
  begun = false;

  append(text: string): void {
    this.value += text;
    this.length += codePoints(text);
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
      const news = text.slice(this.value.length);
      if (news !== "") this.append(news);
      return news;
    }
    this.value = "";
    this.length = 0;
    this.begun = false;
    this.append(text);
    return null;
  }
}
