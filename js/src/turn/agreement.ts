// The chip of a fork: how many continuations there are and, when all have ended, how many of them agree. The kernel says so, and
// is asked once. A press opens the comparison.

import { relabel } from "../kit/button.ts";
import { chipButton } from "../kit/chip.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { Refusal } from "../wire/commands.ts";
import type { Compared } from "../wire/protocol.ts";

interface Options {
  store: Store;
  signal: AbortSignal;
  /** Open the comparison, or close it. */
  toggle: () => void;
}

export class Agreement {
  readonly chip: HTMLButtonElement;
  readonly #options: Options;
  #fork: readonly Turn[] = [];
  /** The turns whose answers were asked for last. */
  #asked = "";
  #compared: Compared | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.chip = chipButton("", { class: "r1-agree" });
    this.chip.hidden = true;
    this.chip.addEventListener("click", () => options.toggle(), { signal: options.signal });
  }

  /** All continuations of the fork, of which the turn is one. */
  update(fork: readonly Turn[], isOpen: boolean): void {
    this.#fork = fork;
    this.chip.hidden = fork.length < 2;
    this.chip.setAttribute("aria-pressed", String(isOpen));
    this.#show();
    this.grown();
  }

  /** One of them has grown, or has ended. */
  grown(): void {
    const { store } = this.#options;
    const fork = this.#fork;
    if (fork.length < 2 || store.traits.isReadOnly || !fork.every(({ state }) => state.state === "ended"))
      return;
    const ids = fork.map(({ state }) => state.id);
    const key = ids.join("\n");
    if (key === this.#asked) return;
    this.#asked = key;
    store.requests.compare(ids).then(
      compared => {
        if (key !== this.#asked || this.#options.signal.aborted) return;
        this.#compared = compared;
        this.#show();
      },
      error => {
        // Asked again at the next change; what was refused would be again.
        if (!(error instanceof Refusal) && key === this.#asked) this.#asked = "";
      },
    );
  }

  #show(): void {
    const { texts } = this.#options.store;
    const { groups = [], without = [] } = this.#compared ?? {};
    const found = this.#compared && texts.agreement(groups, without.length);
    relabel(this.chip, found || texts.compareForks(this.#fork.length));
    // What is long is cut off on the chip.
    this.chip.title = found ? `${found}\n${texts.compareForksHint}` : texts.compareForksHint;
  }
}
