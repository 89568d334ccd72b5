// The keys, in a list: behind "?" in the head, and behind the key itself wherever nothing is typed.

import { element, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { HELP } from "../kit/icons.ts";
import { Popover } from "../kit/popover.ts";
import type { Store } from "../state/store.ts";
import type { Shortcut } from "../texts/kinds.ts";

/** Of each line: the keys, of which each alternative is a list. */
const WRITING: [Shortcut, string[][]][] = [
  ["send", [["Enter"]]],
  ["newLine", [["Shift", "Enter"]]],
  ["stop", [["Esc"]]],
  ["recall", [["↑"]]],
  ["answerNow", [["Alt", "Enter"]]],
  ["accept", [["Ctrl", "Enter"]]],
];
const READING: [Shortcut, string[][]][] = [
  ["find", [["Ctrl", "F"]]],
  ["outline", [["↑"], ["↓"]]],
  ["fold", [["←"], ["→"]]],
];
const OTHERS: [Shortcut, string[][]][] = [["help", [["?"]]]];
/** Where Ctrl is another key. */
const MAC: Record<string, string> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };

/** In these a "?" is a question mark. */
const TYPED = "input, textarea, select, [contenteditable]";

export class Shortcuts {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #popover: Popover;

  constructor(store: Store, signal: AbortSignal) {
    const { texts, traits } = store;
    this.button = button(texts.shortcuts, { icon: HELP, bare: true });
    this.element = element("div", {
      id: uniqueId("shortcuts"),
      class: "r1-shortcuts",
      role: "group",
      "aria-label": texts.shortcuts,
      tabindex: "0",
    });
    const lines = [...(traits.isReadOnly ? [] : WRITING), ...READING, ...OTHERS];
    this.#popover = new Popover({
      button: this.button,
      panel: this.element,
      signal,
      opened: () =>
        this.element.replaceChildren(
          element("div", { class: "r1-about-title" }, texts.shortcuts),
          element(
            "dl",
            { class: "r1-facts" },
            ...lines.flatMap(([which, keys]) => [
              element("dt", {}, ...asKeys(keys)),
              element("dd", {}, texts.shortcut(which)),
            ]),
          ),
        ),
      closed: () => this.element.replaceChildren(),
    });
  }

  /** The key "?", if that is what was pressed. */
  hear(event: KeyboardEvent): void {
    const target = event.target as Element | null;
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || target?.closest(TYPED)) return;
    event.preventDefault();
    if (this.#popover.isOpen) {
      this.#popover.close();
      return;
    }
    const from = target instanceof HTMLElement ? target : undefined;
    // The head of a long cell may be out of sight.
    const { bottom } = this.button.getBoundingClientRect();
    this.#popover.open(from, bottom >= 0 && bottom < window.innerHeight ? this.button : from);
    this.element.focus({ preventScroll: true });
  }
}

function asKeys(alternatives: string[][]): Node[] {
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const name = (key: string) => (isMac ? (MAC[key] ?? key) : key);
  return alternatives.map(keys =>
    element("span", {}, ...keys.map(each => element("kbd", { class: "r1-key" }, name(each)))),
  );
}
