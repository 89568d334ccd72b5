// Questions that were asked, brought back by the arrows as a shell does: only where nothing is typed that would be lost. What is
// brought back and then changed is a question of its own. No DOM.

export class Recall {
  readonly #asked: () => string[];
  #questions: string[] = [];
  /** Which of them stands in the field; undefined: none. */
  #at: number | undefined;

  /** `asked`: all questions, the oldest first. */
  constructor(asked: () => string[]) {
    this.#asked = asked;
  }

  /** The one before, or the one after; undefined: `text`, which stands there, is none that was brought back. */
  go(back: boolean, text: string): string | undefined {
    if (this.#at !== undefined && this.#questions[this.#at] !== text) this.#at = undefined;
    if (this.#at === undefined) {
      if (!back || text !== "") return undefined;
      this.#questions = eachOnce(this.#asked());
      this.#at = this.#questions.length;
      if (this.#at === 0) this.#at = undefined;
    }
    if (this.#at === undefined) return undefined;
    this.#at = back ? Math.max(0, this.#at - 1) : this.#at + 1;
    const found = this.#questions[this.#at];
    if (found === undefined) this.#at = undefined;
    return found ?? "";
  }
}

/** A question that was asked again counts where it was asked last. */
function eachOnce(questions: string[]): string[] {
  return [...new Set(questions.toReversed())].toReversed();
}
