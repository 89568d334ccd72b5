// What opens below the answer, one at a time: what changed from the version that this one was made from, the continuations of a fork
// side by side, and what can be said of the answer beyond its text.

import type { TurnMarks } from "../checking/marks.ts";
import type { Noting } from "../checking/noting.ts";
import { CheckPanel } from "../checking/panel.ts";
import { element } from "../dom/dom.ts";
import { reveal } from "../dom/scroll.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { Comparison } from "../versions/compare.ts";
import { DiffView } from "../versions/diffview.ts";
import { firstOf, forkOf, versionsOf } from "../versions/versions.ts";

export type PanelKind = "changes" | "check" | "forks";

interface Options {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  marks: TurnMarks;
  noting: Noting;
  announce: (text: string) => void;
  /** The conversation goes on with this turn. */
  pick: (turn: string) => void;
  /** Another one is open, or none. */
  changed: () => void;
}

export class Panels {
  readonly element = element("div", { class: "r1-panels" });
  readonly #options: Options;
  #wasForkShown = false;
  #panel: { view: CheckPanel | Comparison | DiffView; gone: AbortController; of: PanelKind } | undefined;

  constructor(options: Options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#panel?.gone.abort(), { once: true });
  }

  get shown(): PanelKind | undefined {
    return this.#panel?.of;
  }

  /** The version that this one was made from. */
  get before(): Turn | undefined {
    const { store, turn } = this.#options;
    return turn.state.version && store.turns.get(turn.state.version.of);
  }

  toggle(of: PanelKind): void {
    const was = this.#panel?.of;
    this.#panel?.gone.abort();
    this.#panel?.view.element.remove();
    this.#panel = undefined;
    if (was !== of) this.#open(of);
    if (this.#panel) reveal(this.element, "nearest");
    this.#options.changed();
  }

  /** Who forks wants to see the continuations side by side; afterwards it is as they leave it. */
  offer(fork: readonly Turn[]): void {
    const isWritten = this.#options.turn.state.state !== "ended";
    if (fork.length < 2 || !isWritten || this.#wasForkShown || this.#panel) return;
    this.#wasForkShown = true;
    this.#open("forks");
    this.#options.changed();
  }

  /** A text has grown, here or in another version. */
  grown(): void {
    this.#panel?.view.update();
  }

  #open(of: PanelKind): void {
    const { store, turn, signal, pick, marks, noting, announce } = this.#options;
    const gone = new AbortController();
    const common = {
      texts: store.texts,
      signal: AbortSignal.any([signal, gone.signal]),
      close: () => this.toggle(of),
    };
    const { before } = this;
    if (of === "changes" && before) {
      const numbers = [this.#number(before), this.#number(turn)] as const;
      this.#panel = { view: new DiffView({ ...common, before, after: turn, numbers }), gone, of };
    } else if (of === "forks") {
      const turns = forkOf(store.turns, turn).map(({ state }) => state.id);
      this.#panel = { view: new Comparison({ ...common, store, turns, pick }), gone, of };
    } else if (of === "check") {
      const checking = { store, turn, marks, noting, announce, signal: common.signal };
      this.#panel = { view: new CheckPanel(checking, common.close), gone, of };
    }
    if (this.#panel) this.element.append(this.#panel.view.element);
  }

  /** Which version it is, by the part that the two differ in first. */
  #number(turn: Turn): number {
    const { turns } = this.#options.store;
    const part = this.#options.turn.state.version?.part ?? "answer";
    return versionsOf(turns, turn, part).indexOf(firstOf(turns, turn, part)) + 1;
  }
}
