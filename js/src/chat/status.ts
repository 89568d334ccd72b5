// How it stands with the model, in a dot and a word. The word says it; the dot's shape and its colour say it again, and it pulses
// only while something happens.

import { element, setText } from "../dom/dom.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { Standing } from "../texts/kinds.ts";
import { joined } from "../texts/numbers.ts";
import { phaseOf } from "../turn/phase.ts";

/** Undefined: nobody has said anything of it. `hasKernel`: as far as is known, there is somebody to ask. */
export function standingOf(store: Store, hasKernel: boolean): Standing | undefined {
  const { engine, isReadOnly } = store.traits;
  if (isReadOnly) return undefined;
  if (!hasKernel || !store.connected) return "offline";
  if (!engine) return undefined;
  if (engine.state === "failed") return "failed";
  if (engine.state === "loading") return engine.stage === "download" ? "downloading" : "loading";
  const { running } = store;
  if (running) return ofTurn(running);
  if (engine.state === "ready") return "ready";
  return engine.about && engine.about.place !== "here" ? "unused" : "idle";
}

function ofTurn(turn: Turn): Standing {
  if (turn.state.waiting) return "waiting";
  const phase = phaseOf(turn);
  return phase === "queued" || phase === "ended" ? "waiting" : phase;
}

export class Status {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #word = element("span", { class: "r1-status-word" });
  /** How far a download is, and how long the loading takes; there is no room for it in a narrow cell. */
  readonly #detail = element("span", { class: "r1-status-detail" });

  constructor(store: Store) {
    this.#store = store;
    const dot = element("span", { class: "r1-dot", "aria-hidden": "true" });
    this.element = element("span", { class: "r1-status", hidden: true }, dot, this.#word, this.#detail);
  }

  show(standing: Standing | undefined): void {
    const { texts, traits } = this.#store;
    this.element.hidden = standing === undefined;
    if (standing === undefined) return;
    if (this.element.dataset.standing !== standing) this.element.dataset.standing = standing;
    setText(this.#word, texts.standing(standing));
    const detail = this.#howFar(standing);
    setText(this.#detail, detail);
    const { engine } = traits;
    const isLoading = standing === "downloading" || standing === "loading";
    const title = isLoading && engine ? joined([texts.loading(engine.text, engine.stage), detail]) : "";
    if (this.element.title !== title) this.element.title = title;
  }

  #howFar(standing: Standing): string {
    const { texts, traits } = this.#store;
    const { done, total, left } = traits.engine ?? {};
    const isLoading = standing === "downloading" || standing === "loading";
    return joined([
      standing === "downloading" && done !== undefined && total ? texts.downloaded(done, total) : "",
      isLoading && left !== undefined ? texts.left(left) : "",
    ]);
  }
}
