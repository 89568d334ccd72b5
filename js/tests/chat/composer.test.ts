// The composer: the draft, its keys, and Stop.

import { describe, expect, it, vi } from "vitest";
import { en } from "../../src/texts/en.ts";
import { settled, snapshot, turn } from "../fake.ts";
import { cleanly, key, type Shown, show, visible, write } from "../shown.ts";

cleanly();

function type(shown: Shown, text: string): HTMLTextAreaElement {
  const draft = shown.one<HTMLTextAreaElement>(".r1-draft");
  draft.value = text;
  draft.dispatchEvent(new Event("input", { bubbles: true }));
  return draft;
}

const called = (shown: Shown, button: string) => shown.one(button).getAttribute("aria-label");
const done = (shown: Shown, rest: object = {}) =>
  shown.put({ type: "done", id: shown.model.lastOf("ask")?.id, ...rest });

describe("the composer", () => {
  it("keeps the draft until the kernel has it", async () => {
    const shown = show();
    const draft = type(shown, "  Why?\n");
    expect(key(draft, "Enter").defaultPrevented).toBe(true);
    key(draft, "Enter");
    expect(shown.model.countOf("ask")).toBe(1);
    expect(shown.model.lastOf("ask")?.text).toBe("Why?");
    expect(draft.readOnly).toBe(true);
    expect(visible(shown.one(".r1-send"))).toBe(false);
    expect(called(shown, ".r1-stop")).toBe("Stop");
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
    expect(shown.text(".r1-hint")).toContain("kernel of this chat is gone");
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
    expect(called(shown, ".r1-stop")).toBe("Stopping…");
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
    expect(called(shown, ".r1-stop")).toBe("Stopping…");
    shown.put(turn(1, { state: "queued", place: 1 }));
    expect(called(shown, ".r1-stop")).toBe("Stopping…");
    shown.put({ type: "done", id: ask, turn: "t1" });
    await settled();
    expect([called(shown, ".r1-stop"), shown.store.stopping.has("t1")]).toEqual(["Stopping…", true]);
    shown.put(turn(2, { state: "ended", finish_reason: "cancelled" }));
    expect(visible(shown.one(".r1-stop"))).toBe(false);
    // The kernel has told of the next one, which waits for the model.
    shown.put(turn(3, { id: "t2", state: "queued", place: 1 }));
    key(draft, "Escape");
    expect(shown.model.lastOf("stop")?.turn).toBe("t2");
  });
});

describe("the buttons", () => {
  const seen = (shown: Shown) => [".r1-stop", ".r1-send"].filter(each => visible(shown.one(each)));

  it("are one, unless there is something to stop and something to send", async () => {
    const shown = show();
    expect(seen(shown)).toEqual([".r1-send"]);
    shown.put(turn(1));
    expect(seen(shown)).toEqual([".r1-stop"]);
    const draft = type(shown, "And?");
    expect(seen(shown)).toEqual([".r1-stop", ".r1-send"]);
    shown.one(".r1-send").click();
    expect([shown.model.lastOf("ask")?.text, seen(shown)]).toEqual(["And?", [".r1-stop"]]);
    done(shown);
    await settled();
    expect([draft.value, seen(shown)]).toEqual(["", [".r1-stop"]]);
    shown.put(turn(2, { state: "ended", finish_reason: "stop" }));
    expect(seen(shown)).toEqual([".r1-send"]);
  });

  it("stop nothing by the second press of a double click on Send", () => {
    const shown = show();
    type(shown, "Why?");
    shown.one(".r1-send").dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    expect(shown.model.countOf("ask")).toBe(1);
    const press = (detail: number) => {
      for (const name of ["mousedown", "click"])
        shown.one(".r1-stop").dispatchEvent(new MouseEvent(name, { bubbles: true, detail }));
    };
    press(2);
    expect(shown.model.countOf("stop")).toBe(0);
    // A press of its own stops at once, however soon it comes.
    press(1);
    expect(shown.model.countOf("stop")).toBe(1);
  });

  it("give the keyboard to the text when they go", () => {
    const shown = show();
    shown.put(turn(1));
    shown.one(".r1-stop").focus();
    shown.put(turn(2, { state: "ended", finish_reason: "stop" }));
    expect(document.activeElement).toBe(shown.one(".r1-draft"));
    type(shown, "Why?");
    shown.one(".r1-send").focus();
    shown.one(".r1-send").click();
    expect(document.activeElement).toBe(shown.one(".r1-draft"));
  });

  it("have the keys below them: what they do now", () => {
    const shown = show();
    const says = () => document.getElementById(shown.one(".r1-draft").getAttribute("aria-describedby") ?? "");
    expect(says()?.textContent).toBe(en.keys);
    shown.put(turn(1));
    expect(says()?.textContent).toBe(en.keysRunning);
    key(shown.one(".r1-draft"), "Escape");
    expect(says()?.textContent).toBe(en.stopping);
  });
});

describe("↑ in an empty field", () => {
  function asked(): Shown {
    const shown = show();
    const ended = { state: "ended", finish_reason: "stop" } as const;
    const questions = ["One?", "Two?", "One?", "Three?\nReally?"];
    shown.put(
      snapshot(
        1,
        questions.map((question, index) => [{ ...ended, id: `t${index + 1}`, question }, "", "4"]),
      ),
    );
    return shown;
  }

  it("brings the last question back, and the one before; ↓ goes forward again", () => {
    const shown = asked();
    const draft = shown.one<HTMLTextAreaElement>(".r1-draft");
    const after = (name: string) => {
      expect(key(draft, name).defaultPrevented).toBe(true);
      return draft.value;
    };
    expect(["ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"].map(after)).toEqual([
      "Three?\nReally?",
      "One?",
      "Two?",
      "Two?",
    ]);
    expect(["ArrowDown", "ArrowDown", "ArrowDown"].map(after)).toEqual(["One?", "Three?\nReally?", ""]);
    expect(key(draft, "ArrowDown").defaultPrevented).toBe(false);
    after("ArrowUp");
    key(draft, "Enter");
    expect(shown.model.lastOf("ask")?.text).toBe("Three?\nReally?");
  });

  it("leaves alone what is typed, and what was changed", () => {
    const shown = asked();
    const draft = type(shown, "Four");
    expect(key(draft, "ArrowUp").defaultPrevented).toBe(false);
    type(shown, "");
    key(draft, "ArrowUp");
    type(shown, "Three, then?");
    expect(key(draft, "ArrowUp").defaultPrevented).toBe(false);
    expect(draft.value).toBe("Three, then?");
    expect(shown.store.drafts.get("", "question")).toBe("Three, then?");
  });

  it("moves the cursor where that isn't at the end, and lets an input method have its keys", () => {
    const shown = asked();
    const draft = shown.one<HTMLTextAreaElement>(".r1-draft");
    expect(key(draft, "ArrowUp", { isComposing: true }).defaultPrevented).toBe(false);
    expect(key(draft, "ArrowUp", { shiftKey: true }).defaultPrevented).toBe(false);
    key(draft, "ArrowUp");
    draft.setSelectionRange(2, 2);
    expect(key(draft, "ArrowUp").defaultPrevented).toBe(false);
    expect(draft.value).toBe("Three?\nReally?");
  });
});

describe("what the next turn uses", () => {
  const button = (shown: Shown) => shown.one<HTMLButtonElement>(".r1-next-turn");
  const rows = (shown: Shown) => shown.all(".r1-upcoming [data-setting]").map(row => row.dataset.setting);

  it("is a row that opens and closes, and costs nothing while it is closed", () => {
    const shown = show({ model_name: "deepseek-ai/DeepSeek-R1" });
    expect([button(shown).getAttribute("aria-expanded"), rows(shown)]).toEqual(["false", []]);
    button(shown).click();
    expect(button(shown).getAttribute("aria-expanded")).toBe("true");
    expect(rows(shown)).toEqual(["thinking_budget", "temperature"]);
    expect(shown.text(".r1-upcoming .r1-chip")).toBe("DeepSeek-R1");
    key(shown.one(".r1-upcoming .r1-number"), "Escape");
    expect([button(shown).getAttribute("aria-expanded"), rows(shown)]).toEqual(["false", []]);
    expect(document.activeElement).toBe(button(shown));
    expect(shown.model.countOf("set")).toBe(0);
  });

  it("says that something isn't as usual", () => {
    const shown = show({ turn_settings: { temperature: 0.6, seed: 7, system: "Be brief." } });
    expect(button(shown).hasAttribute("data-changed")).toBe(true);
    expect(button(shown).title).toBe("Changed: Seed, System prompt");
    shown.model.change("turn_settings", {});
    expect([button(shown).hasAttribute("data-changed"), button(shown).title]).toEqual([
      false,
      en.nextTurnHint,
    ]);
  });

  it("says how long a thought takes, as soon as a pace is known", () => {
    const shown = show({ turn_settings: { thinking_budget: 2000 } });
    button(shown).click();
    const note = () => shown.text("[data-setting=thinking_budget] .r1-setting-note");
    expect(note()).toBe("");
    shown.put(turn(1, { state: "ended", finish_reason: "stop", pace: { tokens_per_second: 14 } }));
    expect(note()).toBe("about 2 min");
    const range = shown.one<HTMLInputElement>("[data-setting=thinking_budget] .r1-range");
    write(range, "4"); // the place of 2,000
    expect(note()).toBe("about 2 min");
    write(range, "3");
    expect(note()).toBe("about 1 min");
    expect(shown.model.countOf("set")).toBe(0);
    range.dispatchEvent(new Event("change", { bubbles: true }));
    expect(shown.model.lastOf("set")?.settings).toEqual({ thinking_budget: 1000 });
    write(range, "8");
    expect(note()).toBe("at most about 10 min");
    write(range, "0");
    expect(note()).toBe(en.noThinking);
  });
});
