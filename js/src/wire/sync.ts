// Whether a page has all that its kernel has said, and when it asks for the rest: when it meets the chat, when something is missing
// (sequence.ts), and when a turn that runs has been silent for long (snapshots.ts).

import { Sequence } from "./sequence.ts";
import { SnapshotRequests } from "./snapshots.ts";

export class Sync {
  /** Whether there was a snapshot: the list of turns is the kernel's, and not only what has been heard so far. */
  known = false;
  /** Whether somebody reads what comes. */
  isOpen = false;
  readonly #sequence = new Sequence();
  readonly #requests: SnapshotRequests;
  #hasMet = false;

  /** `ask` for a snapshot. */
  constructor(ask: () => void, signal: AbortSignal) {
    this.#requests = new SnapshotRequests(ask, signal);
  }

  /** What came before there was a reader has been read; `live`: there was something. */
  open(live: boolean): void {
    this.isOpen = true;
    if (live) this.#meet();
    else this.#requests.requestIfSilent();
  }

  /** Whether the message `seq` is to be applied. */
  isNews(seq: number): boolean {
    return this.#sequence.isNews(seq);
  }

  /** It couldn't be: something before it is missing. */
  miss(): void {
    this.#sequence.behind = true;
  }

  /** The snapshot `seq` has come; whether it is the first. */
  restart(seq: number): boolean {
    this.#sequence.restart(seq);
    this.#requests.answered();
    const first = !this.known;
    this.known = true;
    return first;
  }

  /** What came has been applied; `running`: and more is expected. */
  applied(running: boolean): void {
    this.#requests.heard(running);
    if (!this.isOpen) return;
    if (!this.#hasMet) this.#meet();
    else if (this.#sequence.behind) this.#requests.request();
  }

  /** Nothing more is expected: the kernel has gone, or is another one. */
  rest(): void {
    this.#requests.heard(false);
  }

  #meet(): void {
    this.#hasMet = true;
    if (!this.known || this.#sequence.behind) this.#requests.request();
  }
}
