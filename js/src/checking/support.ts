// Which terms of an answer other answers have, too: a list, the least supported first, and quiet marks in the text of those that few
// have. A count, and no verdict.

import { element } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import type { TurnSupport } from "../wire/checks.ts";
import type { Marker } from "./marker.ts";
import type { Mark } from "./marks.ts";
import { goButton } from "./place.ts";
import type { Checking } from "./section.ts";
import { drawValue } from "./value.ts";

/** Rows that are shown where nearly all have all of it. */
const FIRST = 6;

/** Fewer than half have it. */
export const isSeldom = ({ count, total }: TurnSupport): boolean => total > 1 && count < total / 2;

export const markSupport: Marker = ({ checks }, texts) =>
  (checks.check?.support ?? []).filter(isSeldom).flatMap(({ spans, count, total }) =>
    spans.map(
      ([start, end]): Mark => ({
        kind: "answer",
        start,
        end,
        // 2: nobody else has it.
        name: `r1-unsupported-${count > 1 ? 1 : 2}`,
        says: texts.supportSays(count, total),
      }),
    ),
  );

export class Support {
  readonly element: HTMLElement;
  readonly #checking: Checking;
  readonly #list = element("ul", { class: "r1-check-list" });
  readonly #more: HTMLButtonElement;
  #isAll = false;

  constructor(checking: Checking) {
    this.#checking = checking;
    const { store, signal } = checking;
    const { texts } = store;
    this.#more = button("", { hidden: true });
    this.element = element(
      "div",
      { hidden: true },
      element("div", { class: "r1-check-subtitle" }, texts.support),
      element("p", { class: "r1-check-note" }, texts.supportWhat),
      this.#list,
      this.#more,
    );
    const press = () => {
      this.#isAll = true;
      const { length } = this.#list.children;
      this.update();
      // What had the keyboard is gone.
      this.#list.children[length]?.querySelector("button")?.focus();
    };
    this.#more.addEventListener("click", press, { signal });
  }

  update(): void {
    const { texts } = this.#checking.store;
    const support = this.#checking.turn.checks.check?.support ?? [];
    this.element.hidden = support.length === 0;
    const seldom = support.filter(isSeldom).length;
    const shown = this.#isAll ? support : support.slice(0, Math.max(FIRST, seldom));
    this.#list.replaceChildren(...shown.map(each => this.#row(each)));
    this.#more.hidden = shown.length === support.length;
    this.#more.replaceChildren(texts.supportAll(support.length));
  }

  #row(support: TurnSupport): HTMLElement {
    const { texts } = this.#checking.store;
    const { text, spans, count, total } = support;
    const [first] = spans;
    return element(
      "li",
      { class: "r1-check-row" },
      element("span", { class: "r1-check-words" }, drawValue(text)),
      element(
        "span",
        { class: isSeldom(support) ? "r1-check-count r1-check-few" : "r1-check-count" },
        texts.supportIn(count, total),
      ),
      ...(first ? [goButton(this.#checking, "answer", first[0], first[1], text)] : []),
    );
  }
}
