// What a page asks its kernel for and gets as an answer: other than questions and steering, of which turns come.

import type { Foreseen, Looking, Scored } from "../wire/checks.ts";
import { type Commands, type ExportRequest, newId } from "../wire/commands.ts";
import type { TurnSettings } from "../wire/model.ts";
import type { Compared, Described, Exported, Looked } from "../wire/protocol.ts";
import type { WrittenNote } from "../wire/tokernel.ts";

export class Requests {
  readonly #commands: Commands;
  readonly #patience: number;
  /** Says that the kernel is busy. */
  readonly #late: () => void;
  /** Commands of which a refusal is told where they were given, and not in a notice. */
  readonly #quiet = new Set<string>();
  /** By their ids. */
  readonly #compared = new Map<string, Promise<Compared>>();

  constructor(commands: Commands, patience: number, late: () => void) {
    this.#commands = commands;
    this.#patience = patience;
    this.#late = late;
  }

  /** Go on with what the cell had before. What keeps it from that is said in a notice. */
  restore(): Promise<unknown> {
    return this.#commands.send({ type: "restore" }, this.#patience, this.#late);
  }

  /** End this conversation, which is kept, and begin another. */
  newChat(): Promise<unknown> {
    return this.#commands.send({ type: "new_chat" }, this.#patience, this.#late);
  }

  /** End this conversation, and forget it. */
  clear(): Promise<unknown> {
    return this.#commands.send({ type: "clear" }, this.#patience, this.#late);
  }

  /** Settings of turns to come. Why one can't be is said where it was set. */
  set(settings: Partial<TurnSettings>): Promise<unknown> {
    return this.#quietly(id =>
      this.#commands.send({ type: "set", settings }, this.#patience, this.#late, id),
    );
  }

  /** All that the model says of itself, and its memory. `late` is called if the kernel doesn't hear it for long. */
  describe(late: () => void): Promise<Described> {
    return this.#quietly(id =>
      this.#commands.send<Described>({ type: "describe" }, this.#patience, late, id),
    );
  }

  /** Free the model's memory. */
  unload(late: () => void): Promise<unknown> {
    return this.#quietly(id => this.#commands.send({ type: "unload" }, this.#patience, late, id));
  }

  /** What the cell had before. */
  look(): Promise<Looked> {
    return this.#commands.send<Looked>({ type: "look" }, this.#patience, this.#late);
  }

  /** Which of these turns' answers agree? They have ended, so what is said once stays so. */
  compare(turns: string[]): Promise<Compared> {
    const key = turns.join("\n");
    const known = this.#compared.get(key);
    if (known) return known;
    const answer = this.#commands.send<Compared>({ type: "compare", turns });
    this.#compared.set(key, answer);
    answer.catch(() => this.#compared.delete(key));
    return answer;
  }

  /** Ask a turn's question `k` times more, or look where its answer was decided. `checks` tell of it as it comes. */
  lookFor(what: Looking, turn: string, k: number, late: () => void): Promise<unknown> {
    return this.#quietly(id => this.#commands.send({ type: what, turn, k }, this.#patience, late, id));
  }

  /** Look no further. */
  stopLooking(what: Looking, turn: string): Promise<unknown> {
    return this.#commands.send({ type: "stop_check", turn, what }, this.#patience, this.#late);
  }

  /** What that would take. */
  foresee(what: Looking, turn: string, k: number): Promise<Foreseen> {
    return this.#quietly(id =>
      this.#commands.send<Foreseen>({ type: "foresee", turn, what, k }, this.#patience, () => {}, id),
    );
  }

  /** A reader's note, new or changed. */
  putNote(turn: string, note: WrittenNote): Promise<unknown> {
    return this.#quietly(id =>
      this.#commands.send({ type: "note", turn, note }, this.#patience, this.#late, id),
    );
  }

  removeNote(turn: string, note: string): Promise<unknown> {
    return this.#quietly(id =>
      this.#commands.send({ type: "remove_note", turn, note }, this.#patience, this.#late, id),
    );
  }

  /** Where the model hesitated. */
  scores(turn: string, late: () => void): Promise<Scored> {
    return this.#quietly(id =>
      this.#commands.send<Scored>({ type: "scores", turn }, this.#patience, late, id),
    );
  }

  /** The conversation as a file, or how large that would be. `late` is called if the kernel doesn't hear it for long. */
  export(request: ExportRequest, late: () => void): Promise<Exported> {
    return this.#quietly(id =>
      this.#commands.send<Exported>({ type: "export", ...request }, this.#patience, late, id),
    );
  }

  /** Whether a refusal of this command is nobody else's. */
  isQuiet(id: string): boolean {
    return this.#quiet.delete(id);
  }

  /** A refusal is told by who asks. */
  async #quietly<A>(ask: (id: string) => Promise<A>): Promise<A> {
    const id = newId();
    this.#quiet.add(id);
    try {
      return await ask(id);
    } finally {
      this.#quiet.delete(id);
    }
  }
}
