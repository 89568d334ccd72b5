// Whether a thought is open: while the model thinks and until it answers, or as the trait `unfold` says; after the reader's own
// word as the reader left it; and on paper, for as long as it is printed.

import type { Traits } from "../state/traits.ts";

export class Fold {
  readonly #traits: Pick<Traits, "unfold">;
  readonly #changed: (open: boolean) => void;
  #open = false;
  /** Whether the reader has said so. */
  #isChosen = false;
  /** As it was before it was printed. */
  #before: boolean | undefined;

  /** `changed`: it is open now, or folded. */
  constructor(traits: Pick<Traits, "unfold">, changed: (open: boolean) => void) {
    this.#traits = traits;
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** As the reader left it; undefined: they haven't said. */
  get chosen(): boolean | undefined {
    return this.#isChosen ? this.#open : undefined;
  }

  /** The reader wants it so. */
  choose(open: boolean): void {
    this.#isChosen = true;
    this.#become(open);
  }

  /** As long as the reader hasn't said. A thought that was stopped has no answer to make room for. */
  follow(thinkingNow: boolean, answered: boolean): void {
    if (this.#isChosen) return;
    const { unfold } = this.#traits;
    if (unfold !== "auto") this.#become(unfold === "always");
    else if (thinkingNow) this.#become(true);
    else if (answered) this.#become(false);
  }

  /** On paper all of the thought is there, and afterwards it is as it was. */
  print(printing: boolean): void {
    if (printing) {
      this.#before = this.#open;
      this.#become(true);
    } else if (this.#before !== undefined) {
      this.#become(this.#before);
      this.#before = undefined;
    }
  }

  #become(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    this.#changed(open);
  }
}
