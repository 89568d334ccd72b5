// Commands to the kernel: each gets an id, and is done when the kernel has read it and says so.

import type { ToKernel } from "./protocol.ts";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;
type Command = WithoutId<ToKernel>;

function newId(): string {
  // randomUUID exists only in a secure context; a notebook server on plain http is not one.
  if (typeof crypto !== "undefined" && typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
}

export class Commands {
  readonly #send: (message: ToKernel) => void;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<string, () => void>();

  constructor(send: (message: ToKernel) => void, signal: AbortSignal) {
    this.#send = send;
    this.#signal = signal;
  }

  /** Send, and wait for nothing; the command's id, if it could be sent. */
  post(command: Command): string | undefined {
    const id = newId();
    try {
      this.#send({ ...command, id } as ToKernel);
      return id;
    } catch (error) {
      console.warn("[r1widget] the kernel can't be reached:", error);
      return undefined;
    }
  }

  /** Send; resolves with the `ack`, however late. `late` is called if none has come after `patience` ms. */
  send(command: Command, patience: number, late: () => void): Promise<void> {
    const id = newId();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(late, patience);
      const gone = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        reject(new Error("The chat's model is gone."));
      };
      this.#signal.addEventListener("abort", gone, { once: true });
      this.#waiting.set(id, () => {
        clearTimeout(timer);
        this.#signal.removeEventListener("abort", gone);
        resolve();
      });
      try {
        this.#send({ ...command, id } as ToKernel);
      } catch (error) {
        // Jupyter throws when the kernel is dead; the caller keeps what the person wrote.
        this.#signal.removeEventListener("abort", gone);
        clearTimeout(timer);
        this.#waiting.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  acknowledged(id: string): void {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    done?.();
  }
}
