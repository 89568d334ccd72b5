// Whether anything is missing: the kernel numbers a chat's messages from 1, without a hole.

export class Sequence {
  /** Something is missing, and a snapshot is to make up for it. */
  behind = false;
  #last = 0;

  /** Whether the message `seq` is news. A hole before it is noted; what can be applied in spite of it, is. */
  isNews(seq: number): boolean {
    if (seq <= this.#last) return false;
    if (seq !== this.#last + 1) this.behind = true;
    this.#last = seq;
    return true;
  }

  /** The snapshot `seq` makes up for everything before it. */
  restart(seq: number): void {
    this.behind = false;
    this.#last = seq;
  }
}
