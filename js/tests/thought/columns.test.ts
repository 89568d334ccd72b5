import { expect, it, vi } from "vitest";
import type { Turn } from "../../src/state/turns.ts";
import { Columns } from "../../src/thought/columns.ts";
import { fakeChat, snapshot } from "../fake.ts";
import { cleanly } from "../shown.ts";

const TEXT = "First this.\n\nThen that.\n\nWait, is it?\n";

cleanly();

function columns(isOpen = true) {
  const { store, put, gone } = fakeChat();
  put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, TEXT, "It is."]]));
  const top = document.createElement("div");
  Object.defineProperty(top, "offsetHeight", { value: 40 });
  const leave = vi.fn();
  const made = new Columns({
    store,
    turn: store.turns.get("t1") as Turn,
    signal: gone.signal,
    isOpen: () => isOpen,
    top: () => top,
    leave,
  });
  made.thought.write(TEXT);
  made.thought.end();
  made.thought.settle();
  document.body.append(made.element);
  made.outline(true);
  const all = (selector: string) => [...made.element.querySelectorAll<HTMLElement>(selector)];
  const here = () => all(".r1-row").findIndex(row => row.hasAttribute("aria-current"));
  return { made, leave, all, here, gone };
}

it("lead to the step that has a character, below what stays in sight", () => {
  const { made, leave, all, here } = columns();
  made.jumpTo(TEXT.indexOf("that"));
  expect(here()).toBe(1);
  expect(all(".r1-step")[1]?.getAttribute("style")).toContain("50px");
  expect(leave).toHaveBeenCalledOnce();
  made.jumpTo(TEXT.length);
  expect([here(), leave.mock.calls.length], "there is no such step").toEqual([1, 1]);
});

it("put the acts of a step into the one that the pointer is on", () => {
  const { all, gone } = columns();
  const on = (number: number) =>
    all(".r1-step p")[number]?.dispatchEvent(new Event("pointerover", { bubbles: true }));
  on(0);
  expect(all(".r1-step")[0]?.querySelector(".r1-step-acts")).not.toBeNull();
  on(2);
  expect(all(".r1-step").map(step => step.querySelector(".r1-step-acts") !== null)).toEqual([
    false,
    false,
    true,
  ]);
  gone.abort();
  on(1);
  expect(all(".r1-step")[1]?.querySelector(".r1-step-acts")).toBeNull();
});

it("say where the reader is, as long as they can be seen", () => {
  expect(columns().here()).toBeGreaterThanOrEqual(0);
  expect(columns(false).here()).toBe(-1);
});

it("have the outline only on demand", () => {
  const { made, all } = columns();
  expect(made.isOutlined).toBe(true);
  made.outline(false);
  expect(made.isOutlined).toBe(false);
  expect(all(`#${made.outlineId}`)[0]?.hidden).toBe(true);
});
