// What is to be expected of a turn that runs: its place, its pace, its time, and a warning.

import { describe, expect, it, vi } from "vitest";
import { delta, snapshot, turn } from "../fake.ts";
import { cleanly, type Shown, show, visible } from "../shown.ts";

cleanly();

describe("what is to be expected", () => {
  const slow = { limits: { max_tokens: 8192, thinking_budget: 2000 }, pace: { tokens_per_second: 4 } };
  const warning =
    "At 4 tokens/s a thought of 2,000 tokens takes about 8 min. Stop, or set a smaller thinking_budget, to have an answer sooner.";

  /** Write `seconds` of thought, evenly, five messages a second, from token `from` on; a token is an "x". */
  function write(shown: Shown, seq: number, from: number, seconds: number, pace: number): number {
    const fold = shown.one(".r1-fold");
    if (fold.getAttribute("aria-expanded") === "true") fold.click(); // what is folded isn't drawn
    let tokens = from;
    for (let message = 0; message < seconds * 5; message++) {
      vi.advanceTimersByTime(200);
      const text = "x".repeat(pace / 5);
      shown.put({ ...delta(seq + message, tokens, text), tokens: tokens + text.length });
      tokens += text.length;
    }
    return tokens;
  }

  it("is a place behind other chats, then how far the reading is", () => {
    const shown = show();
    shown.put(turn(1, { waiting: 2 }));
    expect(shown.text(".r1-state")).toBe("Waiting: 2 chats first");
    shown.put(turn(2, { waiting: 1 }));
    expect(shown.text(".r1-state")).toBe("Waiting: 1 chat first");
    const pace = { prompt_tokens_per_second: 120 };
    const tokens = { prompt: 1500, reasoning: 0, answer: 0 };
    shown.put(turn(3, { pace, tokens }));
    expect(shown.text(".r1-state")).toBe("Reading the question…");
    shown.put(turn(4, { pace, tokens, reading: { done: 512, total: 1500 } }));
    expect(shown.text(".r1-state")).toBe("Reading the question: 512 of 1,500 tokens (about 8 s)");
    shown.put(delta(5, 0, "Hm"));
    expect(shown.text(".r1-state")).toBe("");
  });

  it("is a time to the budget, from the engine's pace first and then from what comes", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 }, ...slow, pace: { tokens_per_second: 10 } }));
    shown.put(delta(2, 0, "x"));
    expect(shown.text(".r1-counter")).toBe("step 1 · 1 token · about 3 min left");
    expect(shown.one(".r1-counter").title).toBe("10 tokens/s · about 3 min to the budget of 2,000");
    expect(write(shown, 3, 1, 42, 20)).toBe(841);
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-counter")).toBe("step 1 · 43 s · 841 tokens · about 1 min left");
    expect(shown.one(".r1-counter").title).toBe("20 tokens/s · about 1 min to the budget of 2,000");
  });

  it("is only a bound where there is no budget, and nothing where nothing is known", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 }, limits: { max_tokens: 8192 } }));
    shown.put(delta(2, 0, "x"));
    expect(shown.text(".r1-counter")).toBe("step 1 · 1 token");
    write(shown, 3, 1, 10, 20);
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-counter")).toBe("step 1 · 11 s · 201 tokens · at most about 7 min");
    expect(shown.one(".r1-counter").title).toBe("20 tokens/s · at most about 7 min");
  });

  it("changes once a second at most, and isn't read out", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 }, ...slow }));
    shown.put(delta(2, 0, "x"));
    shown.one(".r1-fold").click();
    const seen = new Set<string>();
    for (let piece = 0; piece < 100; piece++) {
      vi.advanceTimersByTime(50);
      shown.put({ ...delta(3 + piece, 1 + piece, "x"), tokens: 2 + piece });
      seen.add(shown.text(".r1-counter"));
    }
    expect(seen.size).toBeLessThanOrEqual(6);
    const counter = shown.one(".r1-counter");
    expect(counter.getAttribute("aria-live")).toBe("off");
    expect(counter.closest("button, [role=status], [aria-live=polite]")).toBeNull();
  });

  it("is a warning before a long thought, which goes away with the thought", () => {
    const shown = show();
    shown.put(turn(1, { ...slow, opens_thinking: true }));
    expect(visible(shown.one(".r1-warning"))).toBe(true);
    expect(shown.text(".r1-warning")).toBe(warning);
    expect(shown.text(".r1-said")).toBe(warning);
    expect(visible(shown.one(".r1-fold"))).toBe(false);
    shown.put(delta(2, 0, "Hm"));
    expect(shown.text(".r1-warning")).toBe(warning);
    expect(visible(shown.one(".r1-fold"))).toBe(true);
    shown.put(delta(3, 0, "4", "answer"));
    expect(shown.text(".r1-warning")).toBe("");
  });

  it("is no warning where none may be needed: no thought is opened, the machine is fast, the turn is over", () => {
    const shown = show();
    shown.put(turn(1, { ...slow, opens_thinking: false }));
    expect(visible(shown.one(".r1-trace"))).toBe(false);
    shown.put(turn(2, { ...slow, opens_thinking: true, pace: { tokens_per_second: 50 } }));
    expect(shown.text(".r1-warning")).toBe("");
    shown.put(turn(3, { ...slow, opens_thinking: true }));
    expect(shown.text(".r1-warning")).toBe(warning);
    shown.put(turn(4, { ...slow, state: "ended", finish_reason: "cancelled" }));
    expect(shown.text(".r1-warning")).toBe("");
    expect(visible(shown.one(".r1-trace"))).toBe(false);
  });

  it("goes with the pace, is taken back when the machine turns out to be fast, and is read out once", () => {
    const shown = show();
    shown.put(turn(1, { ...slow, opens_thinking: true }));
    let tokens = write(shown, 2, 0, 10, 5);
    vi.advanceTimersByTime(1000);
    expect(shown.one(".r1-counter").title).toContain("5 tokens/s · about 7 min to ");
    expect(shown.text(".r1-warning")).toBe(
      warning.replace("4 tokens/s", "5 tokens/s").replace("8 min", "7 min"),
    );
    expect(shown.text(".r1-said")).toBe("Thinking");
    tokens = write(shown, 52, tokens, 20, 50);
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-warning")).toBe("");
    expect(tokens).toBe(1050);
  });

  it("doesn't come and go where the pace is on the edge", () => {
    for (const [first, then] of [
      [10, 13],
      [13, 10],
    ] as const) {
      const shown = show();
      shown.put(turn(1, { ...slow, pace: { tokens_per_second: first }, opens_thinking: true }));
      const warned = shown.text(".r1-warning") !== "";
      expect(warned).toBe(first === 10);
      shown.put(turn(2, { ...slow, pace: { tokens_per_second: then }, opens_thinking: true }));
      expect(shown.text(".r1-warning") !== "").toBe(warned);
    }
  });

  it("has become what it was, when the turn is over", () => {
    const shown = show();
    const tokens = { prompt: 5, reasoning: 1000, answer: 240 };
    const pace = { tokens_per_second: 14.3 };
    shown.put(
      snapshot(1, [
        [{ state: "ended", finish_reason: "stop", seconds: { total: 91 }, tokens, pace }, "a", "b"],
      ]),
    );
    expect(shown.text(".r1-cost")).toBe("1 min 31 s · 1,240 tokens · 14 tokens/s");
  });
});
