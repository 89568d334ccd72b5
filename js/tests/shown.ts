// A chat's view in the page, and what a reader does with it.

import { afterEach, beforeEach, vi } from "vitest";
import { renderChat } from "../src/chat/chat.ts";
import { renderTurn } from "../src/chat/single.ts";
import { type FakeChat, fakeChat } from "./fake.ts";

export interface Shown extends FakeChat {
  el: HTMLElement;
  view: AbortController;
  all: <T extends Element = HTMLElement>(selector: string) => T[];
  one: <T extends Element = HTMLElement>(selector: string) => T;
  text: (selector: string) => string;
  /** The button of that label, or of that name, which can be seen. */
  find: (label: string) => HTMLButtonElement | undefined;
  press: (label: string) => void;
  /** What is in the menu of the last turn, which opens if it isn't open. */
  menu: () => HTMLElement[];
  /** Choose from that menu. */
  fromMenu: (label: string) => void;
}

const open: AbortController[] = [];

/** Each test of a file that calls this has a clock of its own, and leaves nothing in the page. */
export function cleanly(): void {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => {
    for (const controller of open.splice(0)) controller.abort();
    // What was to be drawn in the next frame must not wait for a clock that is gone.
    draw();
    vi.useRealTimers();
    document.body.replaceChildren();
  });
}

export const draw = () => void vi.advanceTimersByTime(300);

export const visible = (element: Element) => element.closest("[hidden], .r1-away") === null;

/** A chat's view; with `id`, that of one turn. */
export function show(traits: Record<string, unknown> = {}, id?: string): Shown {
  const fake = fakeChat(traits, false);
  const el = document.createElement("div");
  document.body.append(el);
  const view = new AbortController();
  open.push(view, fake.gone);
  if (id === undefined) renderChat(fake.store, el, view.signal);
  else renderTurn(fake.store, id, el, view.signal);
  fake.store.open();
  const all = <T extends Element = HTMLElement>(selector: string) => [...el.querySelectorAll<T>(selector)];
  const one = <T extends Element = HTMLElement>(selector: string) => {
    const [found] = all<T>(selector);
    if (!found) throw new Error(`There is no ${selector}.`);
    return found;
  };
  const text = (selector: string) => one(selector).textContent ?? "";
  const find = (label: string) =>
    all<HTMLButtonElement>("button").find(
      button =>
        visible(button) && (button.getAttribute("aria-label") === label || button.textContent === label),
    );
  const press = (label: string) => {
    const button = find(label);
    if (!button) throw new Error(`There is no button ${label}.`);
    button.focus();
    button.click();
    draw();
  };
  const menu = () => {
    const [button] = all<HTMLButtonElement>(".r1-foot [aria-haspopup=menu]").slice(-1);
    if (!button || !visible(button)) return [];
    if (button.getAttribute("aria-expanded") === "false") button.click();
    return all(".r1-foot [role^=menuitem]");
  };
  const fromMenu = (label: string) => {
    const item = menu().find(each => each.getAttribute("aria-label") === label);
    if (!item) throw new Error(`There is no ${label} in the menu.`);
    item.click();
    draw();
  };
  return { ...fake, el, view, all, one, text, find, press, menu, fromMenu };
}

export function key(target: Element, name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

export function write(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
