// Stop, and what there is to try when the kernel doesn't hear it: a ladder of which each rung waits for the one before. It
// counts from the moment of Enter: a question can be stopped before the kernel has told which turn it is.

import type { Texts } from "../texts/index.ts";
import type { Commands } from "../wire/commands.ts";
import { interrupt } from "../wire/interrupt.ts";
import type { Done } from "../wire/protocol.ts";

/** Ms without an `ack` after which the server is asked. A subshell answers in about 60. */
const PATIENCE = 500;

interface Options {
  commands: Commands;
  /** Whether the cell that keeps the kernel busy waits for a turn of this chat. Nobody else's is interrupted. */
  isBlocking: () => boolean;
  kernel: () => string | null;
  /** What can be stopped, or is being stopped, has changed. */
  changed: () => void;
  say: (text: string) => void;
  texts: () => Texts;
}

export class Stopper {
  /** Turns that the person has stopped and the kernel has not yet; of a question on its way, the command's id. */
  readonly turns = new Set<string>();
  /** The command of the question that is on its way. */
  asked: string | undefined;
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** A question has been sent; done when it has become a turn. */
  async follow(ask: string, done: Promise<Done>): Promise<void> {
    const { changed } = this.#options;
    this.asked = ask;
    changed();
    try {
      const { turn } = await done;
      if (turn !== undefined && this.turns.has(ask)) this.turns.add(turn);
    } finally {
      this.turns.delete(ask);
      if (this.asked === ask) this.asked = undefined;
      changed();
    }
  }

  /** Stop a turn, or the question that is on its way. */
  async stop(id: string): Promise<void> {
    const { commands, changed, say, texts } = this.#options;
    if (this.turns.has(id)) return;
    this.turns.add(id);
    changed();
    try {
      const which = id === this.asked ? { ask: id } : { turn: id };
      await commands.send({ type: "stop", ...which }, PATIENCE, () => void this.#interrupt());
    } catch {
      this.turns.delete(id);
      changed();
      say(texts().interruptFailed);
    }
  }

  /** Forget those of which `isOver`. */
  settle(isOver: (turn: string) => boolean): void {
    const over = [...this.turns].filter(turn => turn !== this.asked && isOver(turn));
    for (const turn of over) this.turns.delete(turn);
    if (over.length > 0) this.#options.changed();
  }

  async #interrupt(): Promise<void> {
    const { isBlocking, kernel, say, texts } = this.#options;
    if (!isBlocking()) {
      say(texts().stopWaits);
      return;
    }
    const id = kernel();
    if (id === null || !(await interrupt(id))) say(texts().interruptFailed);
  }
}
