// When which part of a thought was written, and with how many tokens. Mirrors r1widget/conversation/timeline.py. Offsets are in
// UTF-16 units here, since it is this page's text that they are asked about.

/** Characters between two marks that are kept. */
const EVERY = 64;

export interface Mark {
  at: number;
  tokens: number;
  /** Since the turn began. */
  seconds: number;
}

export class Timeline {
  /** What was there before the model began took nothing. */
  start = 0;
  #marks: Mark[] = [];
  #last: Mark | undefined;

  /** The thought has grown to `at`. */
  add(at: number, tokens: number, seconds: number): void {
    const mark = { at, tokens, seconds };
    // What comes first counts from its coming: before it the prompt was read.
    if (this.#marks.length === 0) this.#marks.push({ at: this.start, tokens: 0, seconds });
    if (at - (this.#marks.at(-1)?.at ?? 0) >= EVERY) this.#marks.push(mark);
    this.#last = mark;
  }

  /** Become what the kernel has. */
  become(marks: Mark[]): void {
    this.#marks = marks;
    this.#last = marks.at(-1);
    this.start = marks[0]?.at ?? this.start;
  }

  /** Tokens and seconds that the text before `offset` had taken; undefined: not known. */
  at(offset: number): Mark | undefined {
    const marks = this.#marks;
    const last = this.#last;
    if (!last || offset >= last.at) return last;
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((marks[middle] as Mark).at < offset) low = middle + 1;
      else high = middle;
    }
    const two = marks[low] ?? last;
    const one = marks[low - 1];
    if (!one) return { ...two, at: offset };
    const share = (offset - one.at) / (two.at - one.at);
    return {
      at: offset,
      tokens: one.tokens + share * (two.tokens - one.tokens),
      seconds: one.seconds + share * (two.seconds - one.seconds),
    };
  }
}
