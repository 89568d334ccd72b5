// Whether the notebook in this page keeps what is said. Nothing tells so: not after a reload, in a second window, or for a chat
// that was put into a box after the box was shown. What can be seen is that the texts below a view change.

/** Ms after the end of a turn in which its text comes, or doesn't. */
const PATIENCE = 4000;

export class Kept {
  /** As far as is known. */
  is = true;
  readonly #changed: () => void;
  readonly #isWaiting: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen = Number.NEGATIVE_INFINITY;

  constructor(changed: () => void, isWaiting: () => boolean, signal: AbortSignal) {
    this.#changed = changed;
    this.#isWaiting = isWaiting;
    signal.addEventListener("abort", () => this.forget(), { once: true });
  }

  /** A text has changed. */
  seen(): void {
    this.#seen = Date.now();
    this.forget();
    this.#become(true);
  }

  /** A turn has ended, so that a text is to change. While a cell waits for a turn, it may come at the cell's end. */
  expect(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#isWaiting()) this.expect();
      else this.#become(false);
    }, PATIENCE);
  }

  /** The same, where the end was heard of late: the text may have changed before. */
  expectLate(): void {
    if (Date.now() - this.#seen > PATIENCE) this.expect();
  }

  /** Nothing is to be expected any more. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #become(is: boolean): void {
    if (this.is === is) return;
    this.is = is;
    this.#changed();
  }
}
