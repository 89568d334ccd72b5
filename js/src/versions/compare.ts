// The continuations of a fork side by side, and which of their answers agree: the kernel says so, when they have ended. One
// continuation is in card.ts.

import { element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { CLOSE } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import type { Texts } from "../texts/index.ts";
import { Refusal } from "../wire/commands.ts";
import type { Compared } from "../wire/protocol.ts";
import { Card } from "./card.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export interface ComparisonOptions {
  store: Store;
  turns: string[];
  texts: Texts;
  signal: AbortSignal;
  /** The conversation goes on with this turn. */
  pick: (turn: string) => void;
  close: () => void;
}

export class Comparison {
  readonly element: HTMLElement;
  readonly #options: ComparisonOptions;
  readonly #cards: Card[] = [];
  readonly #grid = element("div", { class: "r1-cards" });
  readonly #agreement = element("span", { class: "r1-agreement", role: "status" });
  readonly #by = element("span", { class: "r1-agreement-by" });
  /** The turns whose answers were asked for last. */
  #asked = "";

  constructor(options: ComparisonOptions) {
    this.#options = options;
    const { store, turns, texts, signal, close } = options;
    const shut = button(texts.comparisonClose, { icon: CLOSE, bare: true });
    this.element = element(
      "section",
      { class: "r1-comparison", "aria-label": texts.comparison },
      element(
        "div",
        { class: "r1-comparison-head" },
        element("span", { class: "r1-comparison-title" }, texts.continuations(turns.length)),
        this.#agreement,
        this.#by,
        shut,
      ),
      this.#grid,
    );
    shut.addEventListener("click", close, { signal });
    store.listen(change => {
      if (change.type !== "text" || change.news !== null) return;
      this.#cards.find(({ turn }) => turn === change.turn)?.replaced();
    }, signal);
    this.update();
  }

  /** A continuation has grown, or stands otherwise. */
  update(): void {
    if (this.#options.signal.aborted) return;
    this.#makeCards();
    for (const card of this.#cards) card.update();
    this.#ask();
  }

  /** Not all may be there yet when the comparison opens. */
  #makeCards(): void {
    const { turns, store } = this.#options;
    if (this.#cards.length === turns.length) return;
    for (const [index, id] of turns.entries()) {
      if (this.#cards.some(card => card.turn.state.id === id)) continue;
      const turn = store.turns.get(id);
      if (!turn) continue;
      const card = new Card({ ...this.#options, turn, index: index + 1 });
      const after = this.#cards.findIndex(other => turns.indexOf(other.turn.state.id) > index);
      this.#grid.insertBefore(card.element, after < 0 ? null : (this.#cards[after]?.element ?? null));
      this.#cards.splice(after < 0 ? this.#cards.length : after, 0, card);
    }
  }

  /** Again whenever one more has ended; of one alone there is nothing to say. */
  #ask(): void {
    const { texts, turns, store } = this.#options;
    const ended = this.#cards.filter(card => card.ended).map(({ turn }) => turn.state.id);
    const key = ended.join("\n");
    if (key === this.#asked) return;
    this.#asked = key;
    if (ended.length < Math.min(2, turns.length)) {
      setText(this.#agreement, ended.length > 0 ? texts.soFar(ended.length, turns.length) : "");
      return;
    }
    store.requests.compare(ended).then(
      compared => {
        // An answer that has been overtaken says nothing of those that have ended since.
        if (key === this.#asked && !this.#options.signal.aborted) this.#show(compared, ended.length);
      },
      error => {
        // Asked again at the next change; what was refused would be again, until one more has ended.
        if (!(error instanceof Refusal) && key === this.#asked) this.#asked = "";
      },
    );
  }

  #show({ by, groups, without }: Compared, ended: number): void {
    const { texts, turns } = this.#options;
    const soFar = ended < turns.length ? ` (${texts.soFar(ended, turns.length)})` : "";
    setText(this.#agreement, texts.agreement(groups, without.length) + soFar);
    setText(this.#by, texts.compared(by));
    for (const card of this.#cards) {
      const index = groups.findIndex(group => group.turns.includes(card.turn.state.id));
      const letter = LETTERS[index % LETTERS.length];
      card.group(index < 0 ? undefined : letter, groups[index]?.value);
    }
  }
}
