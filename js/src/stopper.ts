// Stop, and what there is to try when the kernel doesn't hear it: a ladder of which each rung waits for the one before.

import type { Commands } from "./commands.ts";
import { interrupt } from "./interrupt.ts";
import type { Texts } from "./texts/index.ts";

/** Ms without an `ack` after which the server is asked. A subshell answers in about 60. */
const PATIENCE = 500;

interface Options {
  commands: Commands;
  /** Whether the cell that keeps the kernel busy waits for a turn of this chat. Nobody else's is interrupted. */
  isBlocking: () => boolean;
  kernel: () => string | null;
  /** Which turns are being stopped has changed. */
  changed: () => void;
  say: (text: string) => void;
  texts: Texts;
}

export class Stopper {
  /** Turns that the person has stopped and the kernel has not yet. */
  readonly turns = new Set<string>();
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async stop(turn: string): Promise<void> {
    const { commands, changed, say, texts } = this.#options;
    if (this.turns.has(turn)) return;
    this.turns.add(turn);
    changed();
    try {
      await commands.send({ type: "stop", turn }, PATIENCE, () => void this.#interrupt());
    } catch {
      this.turns.delete(turn);
      changed();
      say(texts.interruptFailed);
    }
  }

  /** Forget those of which `isOver`. */
  settle(isOver: (turn: string) => boolean): void {
    const over = [...this.turns].filter(isOver);
    for (const turn of over) this.turns.delete(turn);
    if (over.length > 0) this.#options.changed();
  }

  async #interrupt(): Promise<void> {
    const { isBlocking, kernel, say, texts } = this.#options;
    if (!isBlocking()) {
      say(texts.stopWaits);
      return;
    }
    const id = kernel();
    if (id === null || !(await interrupt(id))) say(texts.interruptFailed);
  }
}
