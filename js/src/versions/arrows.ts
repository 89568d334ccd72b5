// ‹ 2/3 ›: which version of a part is shown, and the way to the others. Nothing is there while there is only one.

import { element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import type { IconNode } from "../kit/icon.ts";
import { LEFT, RIGHT } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { Part } from "../wire/protocol.ts";
import { firstOf, newestOf, versionsOf } from "./versions.ts";

export class Arrows {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #turn: Turn;
  readonly #part: Part;
  readonly #count = element("span", { class: "r1-version-count" });
  readonly #back: HTMLButtonElement;
  readonly #on: HTMLButtonElement;

  constructor(store: Store, turn: Turn, part: Part, signal: AbortSignal) {
    this.#store = store;
    this.#turn = turn;
    this.#part = part;
    const { texts } = store;
    // Whoever walks through versions finds the same button under the keyboard in the next one's view.
    const arrow = (sign: IconNode, label: string, by: 1 | -1) => {
      const made = button(label, {
        icon: sign,
        bare: true,
        "data-r1-focus": `${part}${by}`,
      });
      made.addEventListener("click", () => this.#go(by), { signal });
      return made;
    };
    this.#back = arrow(LEFT, texts.versionBefore(part), -1);
    this.#on = arrow(RIGHT, texts.versionAfter(part), 1);
    this.element = element(
      "span",
      { class: "r1-versions", role: "group", hidden: true },
      this.#back,
      this.#count,
      this.#on,
    );
  }

  /** There may be another version. */
  update(): void {
    const [place, count] = this.#place();
    this.element.hidden = count < 2;
    setText(this.#count, `${place + 1}/${count}`);
    // As wide for the first as for the last: whoever walks through them finds the arrows where they were.
    this.#count.style.minWidth = `${2 * String(count).length + 1}ch`;
    this.element.setAttribute("aria-label", this.#store.texts.version(this.#part, place + 1, count));
    this.#back.setAttribute("aria-disabled", String(place === 0));
    this.#on.setAttribute("aria-disabled", String(place === count - 1));
  }

  #place(): [number, number] {
    const { turns } = this.#store;
    const versions = versionsOf(turns, this.#turn, this.#part);
    return [versions.indexOf(firstOf(turns, this.#turn, this.#part)), versions.length];
  }

  #go(by: 1 | -1): void {
    const { turns } = this.#store;
    const [place] = this.#place();
    const version = versionsOf(turns, this.#turn, this.#part)[place + by];
    if (!version) return;
    const { id } = newestOf(turns, version, this.#part).state;
    void this.#store.steer({ type: "select", turn: id }).catch(() => {});
  }
}
