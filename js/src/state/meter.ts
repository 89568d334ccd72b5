// How fast a turn is being written, as this page sees it. Told of tokens as they come; no clock of its own.

/** Ms over which the pace is measured: long enough to be calm, short enough to notice that others write too. */
const WINDOW = 30_000;
/** Less than this says nothing yet. */
const LEAST = { ms: 2000, tokens: 8 };
/** Ms between two samples that are kept. */
const EVERY = 1000;
/** Ms of silence that count as part of a slow pace rather than as the time until the next message. */
const SILENCE = 5000;
/** By how much a pace must have changed to be told anew, so that 14 and 15 don't alternate. */
const NEWS = 0.05;

interface Sample {
  at: number;
  tokens: number;
}

export class Meter {
  #samples: Sample[] = [];
  #last: Sample | undefined;
  #told: number | undefined;

  /** At `at`, in ms, the turn had so many tokens. */
  add(at: number, tokens: number): void {
    if (tokens <= (this.#last?.tokens ?? 0)) return;
    this.#last = { at, tokens };
    if (at - (this.#samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < EVERY) return;
    this.#samples.push(this.#last);
    for (let next = this.#samples[1]; next && this.#isEnough(next, WINDOW); next = this.#samples[1])
      this.#samples.shift();
  }

  /** Tokens a second, calmly; undefined while too little has come. */
  pace(now: number): number | undefined {
    const [first] = this.#samples;
    const last = this.#last;
    if (!first || !last || !this.#isEnough(first, LEAST.ms)) return this.#told;
    const tokens = last.tokens - first.tokens;
    const each = (last.at - first.at) / tokens;
    const until = now - last.at > Math.max(SILENCE, 3 * each) ? now : last.at;
    const pace = (tokens * 1000) / (until - first.at);
    if (this.#told === undefined || Math.abs(pace / this.#told - 1) > NEWS) this.#told = pace;
    return this.#told;
  }

  #isEnough(from: Sample, ms: number): boolean {
    const last = this.#last;
    return last !== undefined && last.at - from.at >= ms && last.tokens - from.tokens >= LEAST.tokens;
  }
}
