// Where a chat's messages wait until there is someone to read them. Part of the loader, so it is kept small.

/** Twenty seconds of a turn are about 600 messages; beyond this many, a snapshot is cheaper than all of them. */
export const CAPACITY = 20_000;

export class Inbox {
  /** Whether messages were thrown away. The reader sees it as a gap and asks for a snapshot. */
  overflowed = false;
  #waiting: unknown[] = [];
  #reader: ((message: unknown) => void) | undefined;

  put(message: unknown): void {
    if (this.#reader) {
      this.#reader(message);
      return;
    }
    if (this.#waiting.length >= CAPACITY) {
      this.#waiting = [];
      this.overflowed = true;
    }
    this.#waiting.push(message);
  }

  /** Hand over what has been waiting, in order, and from now on each message as it comes. */
  open(reader: (message: unknown) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) reader(message);
    this.#reader = reader;
  }
}
