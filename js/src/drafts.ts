// What a person has changed in a text and not sent yet: kept when the view of the turn goes, as it does when another branch
// is shown.

import type { Part } from "./protocol.ts";

export class Drafts {
  readonly #texts = new Map<string, string>();

  get(turn: string, part: Part): string | undefined {
    return this.#texts.get(`${turn} ${part}`);
  }

  /** Undefined: there is none any more. */
  set(turn: string, part: Part, text: string | undefined): void {
    if (text === undefined) this.#texts.delete(`${turn} ${part}`);
    else this.#texts.set(`${turn} ${part}`, text);
  }
}
