// A menu: a button, and a list of acts above the page. What is in it is asked for each time it opens, so that it holds no state
// and a closed one costs a button. Keys as the ARIA practices have them: arrows, Home, End, a letter, Enter, Escape, Tab.
// https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/

import { element, uniqueId } from "../dom/dom.ts";
import { button } from "./button.ts";
import { type IconNode, icon } from "./icon.ts";
import { CHECK, MORE } from "./icons.ts";
import { Popover } from "./popover.ts";

export interface MenuItem {
  label: string;
  icon: IconNode;
  /** What it does, in a sentence. */
  hint?: string | undefined;
  /** Why it can't be done; it stays in the menu and says so. */
  cannot?: string | undefined;
  /** Of what is on or off: whether it is on. */
  checked?: boolean | undefined;
  /** Name of the act; where there is nobody to carry it out, it isn't shown. */
  act?: string | undefined;
  press: (item: HTMLElement) => void;
}

interface Options {
  label: string;
  items: () => MenuItem[];
  signal: AbortSignal;
}

export class Menu {
  readonly button: HTMLButtonElement;
  /** Stands beside the button. */
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #popover: Popover;
  #acts = new Map<HTMLElement, MenuItem>();

  constructor(options: Options) {
    this.#options = options;
    const { label, signal } = options;
    this.button = button(label, { icon: MORE, bare: true, "aria-haspopup": "menu" });
    this.element = element("div", {
      id: uniqueId("menu"),
      class: "r1-menu",
      role: "menu",
      "aria-label": label,
    });
    this.#popover = new Popover({
      button: this.button,
      panel: this.element,
      signal,
      opened: () => this.#fill(),
      closed: () => this.element.replaceChildren(),
    });
    this.element.addEventListener("click", event => this.#clicked(event), { signal });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
    this.button.addEventListener("keydown", event => this.#openBy(event), { signal });
  }

  close(): void {
    this.#popover.close();
  }

  #fill(): void {
    this.#acts = new Map(this.#options.items().map(item => [row(item), item]));
    this.element.replaceChildren(...this.#acts.keys());
    this.#rows[0]?.focus({ preventScroll: true });
  }

  get #rows(): HTMLElement[] {
    return [...this.#acts.keys()].filter(each => each.checkVisibility?.() ?? true);
  }

  #clicked(event: Event): void {
    const target = (event.target as Element | null)?.closest<HTMLElement>("[role^=menuitem]");
    const item = target && this.#acts.get(target);
    if (!target || !item || item.cannot !== undefined) return;
    // The button has the keyboard again before the act moves it elsewhere.
    this.close();
    item.press(target);
  }

  #openBy(event: KeyboardEvent): void {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.#popover.open();
    if (event.key === "ArrowUp") this.#rows.at(-1)?.focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    const rows = this.#rows;
    const at = rows.indexOf(event.target as HTMLElement);
    if (event.key === "Tab") {
      this.close();
      return;
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      (event.target as HTMLElement).click();
      return;
    }
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const next =
      to !== undefined ? rows.at(to % rows.length) : named([...rows.slice(at + 1), ...rows], event);
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: false });
  }
}

function row({ label, icon: drawing, hint, cannot, checked, act }: MenuItem): HTMLElement {
  const more = cannot ?? hint;
  return element(
    "div",
    {
      class: "r1-menu-item",
      role: checked === undefined ? "menuitem" : "menuitemcheckbox",
      "aria-checked": checked === undefined ? undefined : String(checked),
      "aria-disabled": cannot === undefined ? undefined : "true",
      "aria-label": label,
      tabindex: "-1",
      "data-act": act,
      title: more,
    },
    icon(drawing),
    element("span", { class: "r1-label" }, label),
    ...(checked ? [icon(CHECK)] : []),
    ...(cannot === undefined ? [] : [element("span", { class: "r1-menu-why" }, cannot)]),
  );
}

/** The next one that begins with the letter that was typed. */
function named(
  rows: HTMLElement[],
  { key, ctrlKey, metaKey, altKey }: KeyboardEvent,
): HTMLElement | undefined {
  if (key.length !== 1 || ctrlKey || metaKey || altKey) return undefined;
  return rows.find(each => each.getAttribute("aria-label")?.toLowerCase().startsWith(key.toLowerCase()));
}
