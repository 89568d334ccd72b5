// What a reader is not to see yet: an answer, until they have written what they expect or want to see it without; what follows a step
// of a thought, until they have written the next one. Of the page, as long as it is there: what was written is a note of the turn.

import type { TurnNote } from "../wire/checks.ts";
import type { Traits } from "./traits.ts";
import type { Turn, Turns } from "./turns.ts";

export class Unseen {
  readonly #traits: Pick<Traits, "predict">;
  readonly #turns: Pick<Turns, "siblings">;
  readonly #changed: () => void;
  /** Turns whose answer was seen. */
  readonly #seen = new Set<string>();
  /** Of a turn, from where on its thought is hidden, in UTF-16 units. */
  readonly #from = new Map<string, number>();

  /** `changed`: there is more or less to be seen. */
  constructor(traits: Pick<Traits, "predict">, turns: Pick<Turns, "siblings">, changed: () => void) {
    this.#traits = traits;
    this.#turns = turns;
    this.#changed = changed;
  }

  /** Whether the answer is hidden. */
  hides(turn: Turn): boolean {
    return this.from(turn) !== undefined || this.#waits(turn);
  }

  /** From where on the thought is hidden; undefined: nowhere. */
  from({ state }: Turn): number | undefined {
    return this.#from.get(state.id);
  }

  hideFrom({ state }: Turn, at: number): void {
    this.#from.set(state.id, at);
    this.#changed();
  }

  /** The reader has written what they expect, or wants to see it without: first the thought, then the answer. */
  reveal({ state }: Turn): void {
    if (!this.#from.delete(state.id)) this.#seen.add(state.id);
    this.#changed();
  }

  /** Its answer is on screen. */
  saw({ state }: Turn): void {
    this.#seen.add(state.id);
  }

  /** What the reader expected the answer to be. */
  expected(turn: Turn): TurnNote | undefined {
    const isOfAnswer = ({ kind, is_prediction }: TurnNote) => kind === "answer" && is_prediction;
    return this.#same(turn)
      .flatMap(({ checks }) => checks.notes ?? [])
      .find(isOfAnswer);
  }

  #waits(turn: Turn): boolean {
    if (!this.#traits.predict) return false;
    return !this.#same(turn).some(({ state }) => this.#seen.has(state.id)) && !this.expected(turn);
  }

  /** Versions that answer the same question: who has seen one of them can predict no other. */
  #same(turn: Turn): Turn[] {
    const others = this.#turns.siblings(turn).filter(({ state }) => state.question === turn.state.question);
    return [turn, ...others];
  }
}
