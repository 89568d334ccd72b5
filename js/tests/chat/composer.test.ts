// The composer: the draft, its keys, and Stop.

import { describe, expect, it, vi } from "vitest";
import { settled, turn } from "../fake.ts";
import { cleanly, key, type Shown, show, visible } from "../shown.ts";

cleanly();

function type(shown: Shown, text: string): HTMLTextAreaElement {
  const draft = shown.one<HTMLTextAreaElement>(".r1-draft");
  draft.value = text;
  draft.dispatchEvent(new Event("input", { bubbles: true }));
  return draft;
}

describe("the composer", () => {
  it("keeps the draft until the kernel has it", async () => {
    const shown = show();
    const draft = type(shown, "  Why?\n");
    expect(key(draft, "Enter").defaultPrevented).toBe(true);
    key(draft, "Enter");
    expect(shown.model.countOf("ask")).toBe(1);
    expect(shown.model.lastOf("ask")?.text).toBe("Why?");
    expect(draft.readOnly).toBe(true);
    expect(shown.text(".r1-send")).toBe("Sending…");
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-hint")).toContain("your question is waiting");
    expect(draft.value).toContain("Why?");
    shown.put({ type: "ack", id: shown.model.lastOf("ask")?.id });
    await settled();
    expect(draft.value).toContain("Why?");
    shown.put({ type: "done", id: shown.model.lastOf("ask")?.id });
    await settled();
    expect(draft.value).toBe("");
    expect(draft.readOnly).toBe(false);
    expect(visible(shown.one(".r1-hint"))).toBe(false);
  });

  it("keeps the draft when the kernel is dead", async () => {
    const shown = show();
    shown.model.send = () => {
      throw new Error("Kernel is dead");
    };
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const draft = type(shown, "Why?");
    key(draft, "Enter");
    await settled();
    expect(draft.value).toBe("Why?");
    expect(shown.text(".r1-hint")).toContain("kernel of this conversation is gone");
  });

  it("keeps the draft when the question is refused, and when the kernel goes meanwhile", async () => {
    const shown = show();
    const draft = type(shown, "Why?");
    key(draft, "Enter");
    shown.put({ type: "refused", id: shown.model.lastOf("ask")?.id, text: "Not now." });
    await settled();
    expect([draft.value, draft.readOnly]).toEqual(["Why?", false]);
    expect(shown.text(".r1-notice span")).toBe("Not now.");
    expect(visible(shown.one(".r1-hint"))).toBe(false);
    key(draft, "Enter");
    expect(draft.readOnly).toBe(true);
    shown.gone.abort();
    await settled();
    expect([draft.value, draft.readOnly]).toEqual(["Why?", false]);
  });

  it("sends on Enter only, and not while an input method is at work", () => {
    const shown = show();
    const draft = type(shown, "日本");
    key(draft, "Enter", { isComposing: true });
    key(draft, "Enter", { keyCode: 229 });
    expect(key(draft, "Enter", { shiftKey: true }).defaultPrevented).toBe(false);
    for (const nothing of ["   ", " \u200b", "\ufeff\u2060\n"]) {
      type(shown, nothing);
      key(draft, "Enter");
    }
    expect(shown.model.countOf("ask")).toBe(0);
    expect(shown.one<HTMLButtonElement>(".r1-send").disabled).toBe(true);
  });

  it("lets no key out to the notebook", () => {
    const shown = show();
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    for (const name of ["Enter", "Escape", "a", "d", "0", "ArrowUp"]) key(shown.one(".r1-draft"), name);
    key(shown.one(".r1-scroller"), "d");
    document.body.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
    expect(shown.one(".r1").getAttribute("data-lm-suppress-shortcuts")).toBe("true");
  });

  it("stops what is running, by Esc or the button; queued turns have their own", () => {
    const shown = show();
    expect(visible(shown.one(".r1-stop"))).toBe(false);
    key(shown.one(".r1-draft"), "Escape");
    expect(shown.model.countOf("stop")).toBe(0);
    shown.put(turn(1));
    shown.put(turn(2, { id: "t2", state: "queued", place: 1 }));
    expect(visible(shown.one(".r1-stop"))).toBe(true);
    key(shown.one(".r1-draft"), "Escape");
    expect(shown.model.lastOf("stop")?.turn).toBe("t1");
    expect(shown.text(".r1-stop")).toBe("Stopping…");
    shown.one("[data-turn=t2] [aria-label='Cancel this question']").click();
    expect(shown.model.lastOf("stop")?.turn).toBe("t2");
    shown.put(turn(3, { state: "ended", finish_reason: "cancelled" }));
    shown.put(turn(4, { id: "t2", state: "ended", finish_reason: "cancelled" }));
    expect(visible(shown.one(".r1-stop"))).toBe(false);
  });

  it("stops a question from the moment of Enter, also while the model loads", async () => {
    const shown = show();
    const draft = type(shown, "Why?");
    key(draft, "Enter");
    expect(visible(shown.one(".r1-stop"))).toBe(true);
    key(draft, "Escape");
    key(draft, "Escape");
    const ask = shown.model.lastOf("ask")?.id;
    expect(shown.model.sent.filter(({ type }) => type === "stop")).toMatchObject([{ ask }]);
    expect(shown.text(".r1-stop")).toBe("Stopping…");
    shown.put(turn(1, { state: "queued", place: 1 }));
    expect(shown.text(".r1-stop")).toBe("Stopping…");
    shown.put({ type: "done", id: ask, turn: "t1" });
    await settled();
    expect([shown.text(".r1-stop"), shown.store.stopping.has("t1")]).toEqual(["Stopping…", true]);
    shown.put(turn(2, { state: "ended", finish_reason: "cancelled" }));
    expect(visible(shown.one(".r1-stop"))).toBe(false);
    // The kernel has told of the next one, which waits for the model.
    shown.put(turn(3, { id: "t2", state: "queued", place: 1 }));
    key(draft, "Escape");
    expect(shown.model.lastOf("stop")?.turn).toBe("t2");
  });
});
