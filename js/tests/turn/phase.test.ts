// How a turn stands: queued, read, stopped, failed, and what a screen reader hears of it.

import { describe, expect, it } from "vitest";
import { delta, snapshot, turn } from "../fake.ts";
import { cleanly, show, visible } from "../shown.ts";

cleanly();

describe("a turn says how it stands", () => {
  const cases: [string, Parameters<typeof turn>[1], string, string][] = [
    ["queued, and nobody comes first", { state: "queued", place: 1 }, "", "Waiting…"],
    ["queued, later", { state: "queued", place: 22 }, "", "Waiting: 22nd in the queue"],
    ["read", { state: "running" }, "", "Reading the question…"],
    [
      "stopped while thinking",
      { state: "ended", finish_reason: "cancelled" },
      "Hm",
      "Stopped while thinking; there is no answer.",
    ],
    [
      "cancelled in the queue",
      { state: "ended", finish_reason: "cancelled" },
      "",
      "Cancelled before it began.",
    ],
    [
      "cut off while thinking",
      { state: "ended", finish_reason: "length" },
      "Hm",
      "Cut off at the token limit while thinking; there is no answer. A larger max_tokens gives it room.",
    ],
    ["empty", { state: "ended", finish_reason: "stop" }, "", "The model ended without an answer."],
    [
      "ended in a loop",
      {
        state: "ended",
        finish_reason: "stop",
        loop: { kind: "answer", since: 0, rounds: 9, ended: true },
      },
      "",
      "Ended because it repeated itself; the answer is not complete.",
    ],
  ];
  it.each(cases)("%s", (_, state, reasoning, said) => {
    const shown = show();
    shown.put(snapshot(1, [[state ?? {}, reasoning, ""]]));
    expect(shown.text(".r1-state")).toContain(said);
  });

  it("says quietly what else a server sent, and not as markup", () => {
    const shown = show();
    const notes = ["It sent <b>audio</b>, which can't be shown.", "It gave no finish_reason."];
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "stop", notes }, "", "4"]]));
    expect(shown.text(".r1-state")).toBe(notes.join(" "));
    expect(shown.one(".r1-alert").hidden).toBe(true);
  });

  it("failed, as an alert", () => {
    const shown = show();
    shown.put(turn(1, { state: "ended", finish_reason: "error", error: 'No network. Use "pocket".' }));
    const alert = shown.one(".r1-turn [role=alert]");
    expect(visible(alert)).toBe(true);
    expect(alert.textContent).toBe('No network. Use "pocket".');
  });

  it("queued, as the next: no queue is spoken of where nobody waits before it", () => {
    const shown = show();
    shown.put(
      snapshot(1, [
        [{}, "", ""],
        [{ id: "t2", state: "queued", place: 1 }, "", ""],
      ]),
    );
    const second = () => shown.el.querySelectorAll(".r1-state")[1]?.textContent;
    expect(second()).toBe("Waiting…");
    shown.put(turn(2, { id: "t2", state: "queued", place: 2 }));
    expect(second()).toBe("Waiting: 2nd in the queue");
  });

  it("queued for a model that loads: no queue is spoken of where there is none", () => {
    const shown = show({ engine_status: { state: "idle", model: "m", text: "" }, model_name: "m" });
    shown.put(turn(1, { state: "queued", place: 1 }));
    shown.model.change("engine_status", { state: "loading", model: "m", text: "Loading m" });
    expect(shown.text(".r1-state")).toBe("Loading m…");
    shown.put(turn(2, { id: "t2", state: "queued", place: 2 }));
    expect(shown.el.querySelectorAll(".r1-state")[1]?.textContent).toBe("Waiting: 2nd in the queue");
  });

  it("stopped, and why, where nobody pressed Stop", () => {
    const shown = show();
    shown.put(turn(1, { state: "ended", finish_reason: "cancelled", error: "The model was unloaded." }));
    expect(shown.text(".r1-state")).toBe("Cancelled before it began.");
    expect(shown.text(".r1-turn [role=alert]")).toBe("The model was unloaded.");
  });

  it("waiting for a model that loads", () => {
    const shown = show({
      engine_status: {
        ...{ state: "loading", model: "m", text: "Downloading: 3 of 10 MB", stage: "download" },
        ...{ done: 3e6, total: 10e6, left: 42 },
      },
    });
    shown.put(turn(1));
    expect(shown.text(".r1-state")).toBe("Loading pocket…");
    expect(shown.text(".r1-status-word")).toBe("Downloading");
    expect(shown.text(".r1-status-detail")).toBe("3 of 10 MB · 40 s left");
    expect(shown.one<HTMLProgressElement>("progress").value).toBe(3e6);
    shown.model.change("engine_status", { state: "failed", model: "m", text: "No disk." });
    expect(visible(shown.one("progress"))).toBe(false);
    expect(shown.text(".r1-engine [role=alert]")).toBe("No disk.");
    const text = "8 bits a weight: at 8 bits it takes 2.4 GB of 24.0 GB that are free";
    shown.model.change("engine_status", { state: "ready", model: "m", text, bits: 8 });
    shown.press("pocket");
    expect(shown.text(".r1-facts")).toContain(text);
  });

  it("to a screen reader at boundaries only", () => {
    const shown = show();
    const said: string[] = [];
    new MutationObserver(() => {}).observe(shown.el, { childList: true });
    const note = () => said.at(-1) !== shown.text(".r1-said") && said.push(shown.text(".r1-said"));
    shown.put(turn(1));
    for (const [index, letter] of [..."abc"].entries()) {
      shown.put(delta(2 + index, index, letter));
      note();
    }
    shown.put(delta(5, 0, "4", "answer"));
    note();
    shown.put(turn(6, { state: "ended", finish_reason: "stop" }));
    note();
    expect(said).toEqual(["Thinking", "Answering", "Answer ready, 1 word"]);
  });
});
