// The view of one turn.

import { describe, expect, it } from "vitest";
import { snapshot, turn } from "../fake.ts";
import { cleanly, show } from "../shown.ts";

cleanly();

describe("the view of one turn", () => {
  it("shows that turn, and has its Stop", () => {
    const shown = show({}, "t2");
    shown.put(turn(1));
    shown.put(turn(2, { id: "t2", question: "And?" }));
    expect(shown.el.querySelectorAll(".r1-turn").length).toBe(1);
    expect(shown.text(".r1-question")).toBe("And?");
    shown.one<HTMLButtonElement>(".r1-foot button:not([hidden])").click();
    expect(shown.model.lastOf("stop")?.turn).toBe("t2");
    shown.put(snapshot(3, [[{ state: "ended" }, "", "x"]]));
    expect(shown.el.querySelectorAll(".r1-turn").length).toBe(0);
    expect(shown.text(".r1-absent:not([hidden])")).toContain("no longer part");
  });

  it("says so when the kernel doesn't know the turn", () => {
    const shown = show({}, "t2");
    expect(shown.el.querySelector(".r1-absent:not([hidden])")).toBeNull();
    shown.put(snapshot(1));
    expect(shown.text(".r1-absent:not([hidden])")).toContain("no longer part");
  });
});
