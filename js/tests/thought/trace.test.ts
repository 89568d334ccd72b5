// The fold over a thought: when it is open, and what is drawn behind it.

import { describe, expect, it, vi } from "vitest";
import { delta, snapshot, turn } from "../fake.ts";
import { cleanly, draw, type Shown, show, visible } from "../shown.ts";

cleanly();

describe("the fold", () => {
  const expanded = (shown: Shown) => shown.one(".r1-fold").getAttribute("aria-expanded") === "true";

  it("is open while the model thinks, and folded when it answers", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 } }));
    expect(visible(shown.one(".r1-trace"))).toBe(false);
    shown.put(delta(2, 0, "Two "));
    expect(expanded(shown)).toBe(true);
    vi.advanceTimersByTime(12_300);
    expect(shown.text(".r1-fold")).toBe("Thinking…");
    expect(shown.text(".r1-counter")).toBe("step 1 · 12 s · 1 token");
    expect(shown.text(".r1-thought").trim()).toBe("Two");
    shown.put(delta(3, 0, "\n\n", "answer"));
    expect(expanded(shown)).toBe(true);
    shown.put(delta(4, 2, "4", "answer"));
    expect(expanded(shown)).toBe(false);
    expect(shown.one(".r1-body").hasAttribute("inert")).toBe(true);
    expect(shown.text(".r1-fold")).toBe("Thought for 12 s · 1 token");
    expect(shown.text(".r1-counter")).toBe("");
    shown.put(
      turn(5, {
        state: "ended",
        finish_reason: "stop",
        thinking_ended_by: "budget",
        seconds: { total: 20, thinking: 0.4 },
        tokens: { reasoning: 1340, answer: 1 },
      }),
    );
    expect(shown.text(".r1-fold")).toBe("Thought for <1 s · 1,340 tokens · ended by the thinking budget");
    expect(vi.getTimerCount()).toBeLessThanOrEqual(3); // a frame, a silence, and whether the notebook keeps the turn
  });

  it("stays as the reader left it", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, "Two "));
    shown.one(".r1-fold").click();
    expect(expanded(shown)).toBe(false);
    shown.put(delta(3, 4, "and two"));
    expect(expanded(shown)).toBe(false);
    shown.one(".r1-fold").click();
    shown.put(delta(4, 0, "4", "answer"));
    expect(expanded(shown)).toBe(true);
  });

  it("shows its last words while it is folded and goes on, and opens by them", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, `${"word ".repeat(100)}**bold** $17 \\times 24$\n\n- and`));
    expect(visible(shown.one(".r1-preview"))).toBe(false);
    shown.one(".r1-fold").click();
    expect(shown.text(".r1-preview")).toMatch(/^… (word )+bold 17 × 24 - and$/);
    expect(shown.one(".r1-preview").getAttribute("aria-hidden")).toBe("true");
    shown.put(delta(3, [...`${"word ".repeat(100)}**bold** $17 \\times 24$\n\n- and`].length, " more"));
    expect(shown.text(".r1-preview")).toMatch(/and$/);
    vi.advanceTimersByTime(300);
    expect(shown.text(".r1-preview")).toMatch(/and more$/);
    expect(shown.text(".r1-thought"), "nothing is drawn for it").toBe("");
    shown.one(".r1-preview").click();
    expect(expanded(shown)).toBe(true);
    expect(visible(shown.one(".r1-preview"))).toBe(false);
    shown.one(".r1-counter").click();
    expect([expanded(shown), visible(shown.one(".r1-preview"))]).toEqual([false, true]);
    shown.put(delta(4, 0, "4", "answer"));
    expect(visible(shown.one(".r1-preview"))).toBe(false);
  });

  it("says at which step the model is, and of which kind, folded or not", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, "It is 4.\n\nWait, is it? "));
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-counter")).toMatch(/^step 2, checking · /);
    shown.one(".r1-fold").click();
    shown.put(delta(3, 23, "Alternatively, count. "));
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-counter")).toMatch(/^step 3, another way · /);
    shown.put(delta(4, 0, "4", "answer"));
    expect([shown.text(".r1-counter"), shown.one(".r1-counter").title]).toEqual(["", ""]);
  });

  it("draws what it hides only when it is opened", () => {
    const shown = show();
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "A **thought**.", "4"]]));
    draw();
    expect(expanded(shown)).toBe(false);
    expect(shown.text(".r1-thought")).toBe("");
    shown.one(".r1-fold").click();
    draw();
    expect(shown.one(".r1-thought strong").textContent).toBe("thought");
  });

  it("isn't there for an empty thought", () => {
    const shown = show();
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "\n\n", "4"]]));
    expect(visible(shown.one(".r1-trace"))).toBe(false);
  });
});
