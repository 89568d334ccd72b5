// When a page asks for a snapshot: when it meets the chat, when something is missing, and when a turn that runs has been
// silent for so long that its end may have been lost. One request at a time.

/** Ms for which a page that has heard nothing waits before it asks. A chat that is displayed says everything by itself. */
const GRACE = 250;
/** Ms after which an unanswered request may be made again, when there is a reason again. */
const PATIENCE = 5000;
/** Ms of silence of a turn that runs. A model that is being loaded may be as silent; asking then costs nothing. */
const SILENCE = 15_000;

export class SnapshotRequests {
  readonly #send: () => void;
  #sent: number | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(send: () => void, signal: AbortSignal) {
    this.#send = send;
    const end = () => {
      clearTimeout(this.#grace);
      clearTimeout(this.#silence);
    };
    signal.addEventListener("abort", end, { once: true });
  }

  request(): void {
    clearTimeout(this.#grace);
    const now = Date.now();
    if (this.#sent !== undefined && now - this.#sent < PATIENCE) return;
    this.#sent = now;
    this.#send();
  }

  /** Ask, unless `heard` is called before. */
  requestIfSilent(): void {
    this.#grace = setTimeout(() => this.request(), GRACE);
  }

  /** Something has come; `running`: and more is expected. */
  heard(running: boolean): void {
    clearTimeout(this.#grace);
    clearTimeout(this.#silence);
    if (running) this.#silence = setTimeout(() => this.request(), SILENCE);
  }

  answered(): void {
    this.#sent = undefined;
  }
}
