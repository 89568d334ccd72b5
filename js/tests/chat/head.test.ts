// The head: how it stands with the model, what the model is, and what can be done with the chat.

import { describe, expect, it } from "vitest";
import { delta, settled, snapshot, turn } from "../fake.ts";
import { cleanly, key, type Shown, show, visible } from "../shown.ts";

cleanly();

const about = { title: "Qwen-1.5B", place: "here", parameters: 1_777_088_000, bits: 8, device: "cpu" };
const status = (state: string, more: object = {}) => ({ state, model: "m", text: "", about, ...more });
const word = (shown: Shown) => shown.text(".r1-status-word");
const ended = { state: "ended", finish_reason: "stop" } as const;

describe("the status", () => {
  it.each([
    [status("idle"), "Not loaded", ""],
    [status("idle", { about: { title: "x", place: "server" } }), "Not used yet", ""],
    [status("loading", { stage: "load", left: 12 }), "Loading", "10 s left"],
    [
      status("loading", { stage: "download", done: 1.24e9, total: 3.6e9, left: 41 }),
      "Downloading",
      "1.2 of 3.6 GB · 40 s left",
    ],
    [status("loading"), "Loading", ""],
    [status("ready"), "Ready", ""],
    [status("failed", { text: "No memory." }), "Failed", ""],
  ])("of %j is %s", (engine_status, said, detail) => {
    const shown = show({ engine_status });
    shown.put(snapshot(1));
    expect(word(shown)).toBe(said);
    expect(shown.text(".r1-status-detail")).toBe(detail);
  });

  it("follows the turn that is written", () => {
    const shown = show({ engine_status: status("ready") });
    shown.put(turn(1, { opens_thinking: true, waiting: 1 }));
    expect(word(shown)).toBe("Waiting");
    shown.put(turn(2, { opens_thinking: true }));
    expect(word(shown)).toBe("Reading");
    shown.put(delta(3, 0, "Hm"));
    expect(word(shown)).toBe("Thinking");
    shown.put(delta(4, 0, "408", "answer"));
    expect(word(shown)).toBe("Answering");
    shown.put(turn(5, ended));
    expect(word(shown)).toBe("Ready");
    expect(shown.text(".r1-bar")).not.toContain("queue");
  });

  it("is offline where the kernel is gone, or never was", async () => {
    const shown = show({ engine_status: status("ready") });
    shown.put(snapshot(1));
    shown.model.widget_manager = { get_model: async () => ({ comm_live: false }) };
    shown.model.emit("comm_live_update");
    const { advanceTimersByTimeAsync } = (await import("vitest")).vi;
    await advanceTimersByTimeAsync(100);
    expect(word(shown)).toBe("Offline");
    const alone = show({ engine_status: status("ready") });
    await advanceTimersByTimeAsync(2100);
    expect(alone.text(".r1-status-word")).toBe("Offline");
    alone.put(snapshot(1));
    expect(alone.text(".r1-status-word")).toBe("Ready");
  });
});

describe("what the model is", () => {
  const opened = (engine_status: object = status("ready", { bits: 8, text: "8 bits a weight: it fits" })) => {
    const shown = show({ engine_status, model_name: "someone/Qwen-1.5B" });
    shown.put(snapshot(1));
    shown.press("Qwen-1.5B");
    return shown;
  };
  const described = (shown: Shown, more: object = {}) => {
    const { id } = shown.model.lastOf("describe") as { id: string };
    shown.put({ type: "described", id, about: { threads: 2, versions: { torch: "2.13.0" } }, ...more });
    return settled();
  };

  it("is known in part at once, and the rest is asked for each time", async () => {
    const shown = opened();
    expect(shown.text(".r1-about-title")).toBe("Qwen-1.5B");
    expect(shown.text(".r1-about-name")).toBe("someone/Qwen-1.5B");
    expect(shown.text(".r1-facts")).toContain("On this computer (CPU)");
    expect(shown.text(".r1-facts")).toContain("8 bits a weight: it fits");
    expect(shown.text(".r1-about-said")).toBe("Asking the model…");
    await described(shown, { memory: { process: 2.3e9, weights: 1.8e9 } });
    expect(shown.text(".r1-facts")).toContain("2.13.0");
    expect(shown.text(".r1-facts")).toContain("1.8 GB");
    expect(visible(shown.one(".r1-about-said"))).toBe(false);
    shown.press("Qwen-1.5B");
    expect(shown.all(".r1-about *")).toEqual([]);
    shown.press("Qwen-1.5B");
    expect(shown.model.countOf("describe")).toBe(2);
  });

  it("opens by keyboard, and gives it back with Escape", () => {
    const shown = opened();
    expect(key(shown.one(".r1-about"), "Escape").defaultPrevented).toBe(true);
    expect(visible(shown.one(".r1-about"))).toBe(false);
    expect(document.activeElement).toBe(shown.one(".r1-model"));
  });

  it("closes when the keyboard goes elsewhere, and leaves it there", () => {
    const shown = opened();
    shown.one(".r1-draft").focus();
    expect(visible(shown.one(".r1-about"))).toBe(false);
    expect(document.activeElement).toBe(shown.one(".r1-draft"));
  });

  it("says why it is refused, and nowhere else", async () => {
    const shown = opened();
    shown.put({ type: "refused", id: shown.model.lastOf("describe")?.id, text: "Not now." });
    await settled();
    expect(shown.text(".r1-about-said")).toBe("Not now.");
    expect(shown.all(".r1-notice")).toEqual([]);
  });

  it("is unloaded, and then there is no such button, and the keyboard isn't lost", async () => {
    const shown = opened();
    await described(shown);
    shown.press("Unload");
    const id = shown.model.lastOf("unload")?.id;
    expect(id).toBeDefined();
    shown.model.change("engine_status", status("idle"));
    shown.put({ type: "done", id });
    await settled();
    expect(shown.find("Unload")).toBeUndefined();
    expect(document.activeElement).toBe(shown.one(".r1-about"));
    expect(word(shown)).toBe("Not loaded");
    expect(shown.model.countOf("describe")).toBe(2);
  });

  it("has nothing to unload where it runs elsewhere", async () => {
    const shown = opened(status("ready", { about: { ...about, place: "server", server: "a.example" } }));
    await described(shown);
    expect(shown.find("Unload")).toBeUndefined();
    expect(shown.text(".r1-facts")).toContain("On a.example");
  });

  it("says what is wrong, where it failed", () => {
    const shown = opened(status("failed", { text: "No memory. Take a smaller one." }));
    expect(shown.text(".r1-about [role=alert]")).toBe("No memory. Take a smaller one.");
    expect(shown.text(".r1-engine > [role=alert]")).toBe("No memory. Take a smaller one.");
  });

  it("is called by its own name where nobody says a title", () => {
    const shown = show({
      engine_status: { state: "ready", model: "", text: "" },
      model_name: "someone/x-1B",
    });
    expect(shown.text(".r1-model")).toBe("x-1B");
  });
});

describe("New chat", () => {
  it("can't be begun where there is none to leave", () => {
    const shown = show();
    shown.put(snapshot(1));
    expect(shown.find("New chat")?.getAttribute("aria-disabled")).toBe("true");
    expect(shown.find("New chat")?.title).toBe("This chat is new already");
    shown.press("New chat");
    expect(shown.model.countOf("new_chat")).toBe(0);
  });

  it("is asked for, and then the next question can be typed", async () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "Hm", "408"]]));
    shown.press("New chat");
    const id = shown.model.lastOf("new_chat")?.id;
    shown.put(snapshot(2));
    shown.put({ type: "done", id });
    await settled();
    expect(document.activeElement).toBe(shown.one(".r1-draft"));
    expect(visible(shown.one(".r1-empty"))).toBe(true);
  });

  it("says why it is refused", async () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "Hm", "408"]]));
    shown.press("New chat");
    shown.put({ type: "refused", id: shown.model.lastOf("new_chat")?.id, text: "It is kept nowhere." });
    await settled();
    expect(shown.text(".r1-notice > span")).toBe("It is kept nowhere.");
    expect(document.activeElement).toBe(shown.find("New chat"));
  });
});

describe("the keys", () => {
  it("are behind a button", () => {
    const shown = show();
    shown.put(snapshot(1));
    shown.press("Keyboard shortcuts");
    expect(shown.text(".r1-shortcuts")).toContain("Answer now, while it thinks");
    key(shown.find("Keyboard shortcuts") as Element, "Escape");
    expect(shown.all(".r1-shortcuts *")).toEqual([]);
  });

  it("are behind the key, where nothing is typed, and the keyboard goes back", () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "Hm", "408"]]));
    expect(key(shown.one(".r1-draft"), "?").defaultPrevented).toBe(false);
    expect(visible(shown.one(".r1-shortcuts"))).toBe(false);
    const from = shown.one(".r1-fold");
    from.focus();
    key(from, "?");
    expect(document.activeElement).toBe(shown.one(".r1-shortcuts"));
    key(shown.one(".r1-shortcuts"), "Escape");
    expect(visible(shown.one(".r1-shortcuts"))).toBe(false);
    expect(document.activeElement).toBe(from);
  });
});
