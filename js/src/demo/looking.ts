// How the scripted kernel checks a turn: what it finds comes one after the other, until it is stopped.

import type { Looking, TurnChecks } from "../wire/checks.ts";
import type { SnapshotTurn } from "../wire/protocol.ts";
import { found } from "./check.ts";

export class Lookers {
  readonly #tell: (turn: SnapshotTurn, checks: TurnChecks) => void;
  readonly #pause: () => Promise<unknown>;
  readonly #looking = new Set<string>();

  constructor(tell: (turn: SnapshotTurn, checks: TurnChecks) => void, pause: () => Promise<unknown>) {
    this.#tell = tell;
    this.#pause = pause;
  }

  async look(turn: SnapshotTurn, what: Looking, k: number): Promise<void> {
    const key = `${what} ${turn.id}`;
    this.#looking.add(key);
    for (const checks of found(turn.checks ?? {}, what, k)) {
      if (!this.#looking.has(key)) break;
      this.#say(turn, checks);
      await this.#pause();
    }
    this.#looking.delete(key);
    const { under: _, ...rest } = turn.checks ?? {};
    this.#say(turn, rest);
  }

  stop(turn: string, what: Looking): void {
    this.#looking.delete(`${what} ${turn}`);
  }

  #say(turn: SnapshotTurn, checks: TurnChecks): void {
    turn.checks = checks;
    this.#tell(turn, checks);
  }
}
