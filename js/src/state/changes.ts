// What a store tells its views: that something has changed, and what.

import type { Change } from "./turns.ts";

export type StoreChange =
  | Change
  | { type: "engine" }
  /** Thoughts or answers are to be shown otherwise. */
  | { type: "unfold" }
  /** What turns to come are to be like. */
  | { type: "settings" }
  /** Questions to begin with are others. */
  | { type: "suggestions" }
  /** The interface is to speak another language. */
  | { type: "language" }
  /** The first message of the kernel: this chat is live. */
  | { type: "live" }
  /** What the cell had before this chat can be gone on with, or no longer. */
  | { type: "before" }
  /** The notebook keeps what is said, or doesn't. */
  | { type: "kept" }
  /** The kernel has gone, or come back. */
  | { type: "connection" }
  /** A question is on its way, or has come; Stop was pressed, or has been taken. */
  | { type: "stopping" }
  /** `passing`: of no more interest when the stop has been taken. */
  | { type: "notice"; text: string; passing: boolean }
  /** Nothing more can be drawn, and why. */
  | { type: "refused"; text: string };

type Listener = (change: StoreChange) => void;

export class Changes {
  readonly #listeners = new Set<Listener>();

  /** Hear of every change until `signal` is aborted. */
  listen(listener: Listener, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }

  /** Hear of the first change of a type. */
  first(type: StoreChange["type"], act: () => void, signal: AbortSignal): void {
    const heard = new AbortController();
    const listener = (change: StoreChange) => {
      if (change.type !== type) return;
      heard.abort();
      act();
    };
    this.listen(listener, AbortSignal.any([signal, heard.signal]));
  }

  tell(change: StoreChange): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        // One view that can't draw something must not keep the message from the others.
        console.error("[r1widget]", error);
      }
    }
  }

  /** Nobody is told any more. */
  end(): void {
    this.#listeners.clear();
  }
}
