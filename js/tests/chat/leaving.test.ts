// What a view leaves behind when it goes.

import { beforeAll, expect, it, vi } from "vitest";
import { renderChat } from "../../src/chat/chat.ts";
import { renderTurn } from "../../src/chat/single.ts";
import { delta, turn } from "../fake.ts";
import { cleanly, draw, show } from "../shown.ts";

cleanly();

// From the first query on, jsdom itself listens to the document.
beforeAll(() => void document.querySelector("*"));

it("leaves nothing behind: no listener, no timer, no element", () => {
  const added = new Map<EventTarget, number>();
  const add = EventTarget.prototype.addEventListener;
  const remove = EventTarget.prototype.removeEventListener;
  const tally = (target: EventTarget, change: number) => added.set(target, (added.get(target) ?? 0) + change);
  EventTarget.prototype.addEventListener = function (this: EventTarget, name, listener, options) {
    // Sanitising makes documents of its own, which jsdom listens to.
    if (this instanceof Element || this === document) {
      tally(this, 1);
      const { signal } = typeof options === "object" ? options : {};
      signal?.addEventListener("abort", () => tally(this, -1));
    }
    return add.call(this, name, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (this: EventTarget, name, listener, options) {
    if (this instanceof Element || this === document) tally(this, -1);
    return remove.call(this, name, listener, options);
  };
  try {
    const shown = show();
    const output = document.createElement("div");
    const second = new AbortController();
    renderChat(shown.store, output, second.signal);
    renderTurn(shown.store, "t1", output, second.signal);
    shown.put(turn(1));
    shown.put(delta(2, 0, "Thinking of `code`"));
    shown.put(turn(3, { id: "t2", state: "queued", place: 1 }));
    draw();
    expect([...added.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
    shown.view.abort();
    second.abort();
    expect(
      [...added]
        .filter(([, count]) => count !== 0)
        .map(([target, count]) => [String(target), (target as Element).className, count]),
    ).toEqual([]);
    expect(shown.el.childElementCount + output.childElementCount).toBe(0);
    shown.put(delta(4, 18, " more"));
    draw();
    // What is left is the store's, of which there is one however many views there were.
    expect(vi.getTimerCount()).toBe(1);
    expect(shown.model.listenerCount).toBe(9);
    shown.gone.abort();
    expect(vi.getTimerCount()).toBe(0);
    expect(shown.model.listenerCount).toBe(0);
  } finally {
    EventTarget.prototype.addEventListener = add;
    EventTarget.prototype.removeEventListener = remove;
  }
});
