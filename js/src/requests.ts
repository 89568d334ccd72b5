// When a page asks for a snapshot: when it meets the chat, when something is missing, and when a turn that runs has been
// silent for so long that its end may have been lost. One request at a time.

/**
 * Ms for which a page that has heard nothing waits before it asks. A chat that is displayed says everything by itself,
 * and then the page isn't one that was reloaded.
 */
const GRACE = 250;
/** Ms after which an unanswered request may be made again, when there is a reason again. */
const PATIENCE = 5000;
/** Ms of silence of a turn that runs. A model that is being loaded may be as silent; asking then costs nothing. */
const SILENCE = 15_000;

export class Requests {
  readonly #send: (fresh: boolean) => void;
  #sent: number | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (fresh: boolean) => void, signal: AbortSignal) {
    this.#send = send;
    const end = () => {
      clearTimeout(this.#grace);
      clearTimeout(this.#silence);
    };
    signal.addEventListener("abort", end, { once: true });
  }

  request(fresh: boolean): void {
    clearTimeout(this.#grace);
    const now = Date.now();
    if (this.#sent !== undefined && now - this.#sent < PATIENCE) return;
    this.#sent = now;
    this.#send(fresh);
  }

  /** Ask as a page that has just been opened, unless `heard` is called before. */
  requestIfSilent(): void {
    this.#grace = setTimeout(() => this.request(true), GRACE);
  }

  /** Something has come; `running`: and more is expected. */
  heard(running: boolean): void {
    clearTimeout(this.#grace);
    clearTimeout(this.#silence);
    if (running) this.#silence = setTimeout(() => this.request(false), SILENCE);
  }

  answered(): void {
    this.#sent = undefined;
  }
}
