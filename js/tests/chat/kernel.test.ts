// What a view is without its kernel, and the transcript below that then stands for it.

import { describe, expect, it, vi } from "vitest";
import { snapshot } from "../fake.ts";
import { cleanly, show, visible } from "../shown.ts";

cleanly();

describe("the transcript below", () => {
  it("is hidden by the first message, and never before", () => {
    const output = document.createElement("div");
    output.className = "jp-OutputArea-child";
    const shown = show();
    document.body.append(output);
    output.append(shown.el);
    const texts = [1, 2, 3, 4, 5].map(() => output.cloneNode(false) as HTMLElement);
    output.after(...texts);
    const hidden = () => [output, ...texts].map(({ classList }) => classList.contains("r1-kept"));
    expect(hidden()).toEqual(Array(6).fill(false));
    shown.put(snapshot(1));
    expect(hidden()).toEqual([false, true, true, true, true, false]);
    shown.view.abort();
    expect(hidden()).toEqual(Array(6).fill(false));
  });

  it("is pointed to when there is no kernel", () => {
    const shown = show();
    vi.advanceTimersByTime(1900);
    expect(visible(shown.one(".r1-absent"))).toBe(false);
    vi.advanceTimersByTime(200);
    expect(shown.text(".r1-absent")).toContain("Not connected to a kernel");
    shown.put(snapshot(1));
    expect(visible(shown.one(".r1-absent"))).toBe(false);
  });
});

describe("a kernel that is gone", () => {
  it("is said to be, and takes what was running with it", async () => {
    const shown = show();
    const library = { comm_live: true };
    shown.model.widget_manager = { get_model: async (id: string) => (id === "library" ? library : {}) };
    shown.put(snapshot(1, [[{}, "Hm", ""]]));
    expect(shown.one(".r1").classList.contains("r1-gone")).toBe(false);
    library.comm_live = false;
    shown.model.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(100);
    expect(shown.one(".r1").classList.contains("r1-gone")).toBe(true);
    expect(shown.text(".r1-absent:not([hidden])")).toContain("is gone");
    // Nobody stopped it, and where nobody is there to go on, nothing says how.
    expect(shown.text(".r1-state")).toBe("The kernel ended while this was written.");
    expect(shown.text(".r1-said")).toBe("The kernel ended while this was written.");
    expect(shown.text(".r1-absent:not([hidden])")).toContain("it offers to go on where this stopped");
    library.comm_live = true;
    shown.model.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(100);
    expect(shown.one(".r1").classList.contains("r1-gone")).toBe(false);
    expect(shown.text(".r1-state")).toContain("“Continue” goes on from there.");
  });

  it("is why a question that waited was never begun", async () => {
    const shown = show();
    const library = { comm_live: false };
    shown.model.widget_manager = { get_model: async () => library };
    shown.put(snapshot(1, [[{ state: "queued", place: 1 }, "", ""]]));
    shown.model.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(100);
    expect(shown.text(".r1-state")).toBe("The kernel ended before anything was written.");
  });
});
