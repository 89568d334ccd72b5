// The continuations of a fork side by side, and which of their answers agree: the kernel says so, when they have ended. Then those
// that agree are one card (group.ts). One continuation is in continuation.ts.

import { activeIn, element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { card } from "../kit/card.ts";
import { CLOSE } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import type { Texts } from "../texts/index.ts";
import { Refusal } from "../wire/commands.ts";
import type { Compared } from "../wire/protocol.ts";
import { Continuation } from "./continuation.ts";
import { Group } from "./group.ts";

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
  readonly #continuations: Continuation[] = [];
  readonly #grid = element("div", { class: "r1-cards" });
  readonly #agreement = element("span", { class: "r1-agreement", role: "status" });
  readonly #by = element("p", { class: "r1-agreement-by" });
  /** The turns whose answers were asked for last. */
  #asked = "";

  constructor(options: ComparisonOptions) {
    this.#options = options;
    const { store, turns, texts, signal, close } = options;
    const shut = button(texts.comparisonClose, { icon: CLOSE, bare: true });
    this.element = card(
      { class: "r1-panel r1-comparison", "aria-label": texts.comparison },
      element(
        "div",
        { class: "r1-panel-head" },
        element("span", { class: "r1-panel-title" }, texts.continuations(turns.length)),
        this.#agreement,
        shut,
      ),
      this.#by,
      this.#grid,
    );
    shut.addEventListener("click", close, { signal });
    store.listen(change => {
      if (change.type !== "text" || change.news !== null) return;
      this.#continuations.find(({ turn }) => turn === change.turn)?.replaced();
    }, signal);
    this.update();
  }

  /** A continuation has grown, or stands otherwise. */
  update(): void {
    if (this.#options.signal.aborted) return;
    if (this.#meet()) this.#apart();
    for (const continuation of this.#continuations) continuation.update();
    this.#ask();
  }

  /** Not all may be there yet when the comparison opens; whether there are more than before. */
  #meet(): boolean {
    const { turns, store } = this.#options;
    const before = this.#continuations.length;
    if (before === turns.length) return false;
    for (const [index, id] of turns.entries()) {
      if (this.#continuations.some(({ turn }) => turn.state.id === id)) continue;
      const turn = store.turns.get(id);
      if (turn) this.#continuations.push(new Continuation({ ...this.#options, turn, index: index + 1 }));
    }
    this.#continuations.sort((one, other) => this.#place(one) - this.#place(other));
    return this.#continuations.length > before;
  }

  #place({ turn }: Continuation): number {
    return this.#options.turns.indexOf(turn.state.id);
  }

  /** Each in a card of its own, in their order. */
  #apart(): void {
    this.#draw(() => this.#continuations.map(each => new Group([each])));
  }

  /** What moves from card to card keeps the keyboard. */
  #draw(make: () => readonly Group[]): void {
    const root = this.#grid.getRootNode() as Document | ShadowRoot;
    const held = root.activeElement instanceof HTMLElement && activeIn(this.#grid) && root.activeElement;
    this.#grid.replaceChildren(...make().map(group => group.element));
    if (held) held.focus({ preventScroll: true });
  }

  /** Again whenever one more has ended; of one alone there is nothing to say. */
  #ask(): void {
    const { texts, turns, store } = this.#options;
    const ended = this.#continuations.filter(each => each.ended).map(({ turn }) => turn.state.id);
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

  #show(compared: Compared, ended: number): void {
    const { texts, turns } = this.#options;
    const { groups, without } = compared;
    const isAll = ended === turns.length;
    const soFar = isAll ? "" : ` (${texts.soFar(ended, turns.length)})`;
    setText(this.#agreement, texts.agreement(groups, without.length) + soFar);
    const total = groups.reduce((sum, group) => sum + group.turns.length, 0);
    setText(this.#by, total > 1 ? texts.compared(groups) : "");
    // While some are being written, nothing that is read moves.
    if (isAll) this.#gather(compared, total);
  }

  #gather({ groups, without }: Compared, total: number): void {
    const { texts } = this.#options;
    const titled = (ids: readonly string[], title: string, value?: string) =>
      new Group(
        this.#continuations.filter(({ turn }) => ids.includes(turn.state.id)),
        title,
        value,
      );
    this.#draw(() => [
      ...groups.map(group => {
        const { turns, value } = group;
        return titled(turns, total > 1 ? texts.agreeing(turns.length, total, group) : "", value);
      }),
      ...(without.length > 0 ? [titled(without, texts.unanswered(without.length))] : []),
    ]);
  }
}
