// What the cell of a new chat had before: said, gone on with, looked at, and gone when the chat begins.

import { expect, it, vi } from "vitest";
import { isToPage } from "../../src/wire/guard.ts";
import { snapshot } from "../fake.ts";
import { cleanly, draw, show } from "../shown.ts";

cleanly();

const before = { turns: 3, at: "1970-01-01T00:10:00+00:00", interrupted: false };
const past = [
  { id: "p1", parent: null, question: "What was it?", state: "ended", finish_reason: "stop" },
  { id: "p2", parent: "p1", question: "And then?", state: "ended", finish_reason: "stop" },
].map(turn => ({ ...turn, text: { reasoning: "Let me see.", answer: `Of ${turn.id}.` } }));

it("says how much there was and when, as long as the chat is empty", () => {
  const shown = show({ before });
  shown.put(snapshot(1));
  expect(shown.one(".r1-before").hidden).toBe(false);
  expect(shown.text(".r1-before-line")).toContain("This cell had 3 turns · ");
  expect(shown.text(".r1-before-line")).not.toContain("cut off");
  shown.model.change("before", { ...before, turns: 1, interrupted: true });
  expect(shown.text(".r1-before-line")).toContain("This cell had 1 turn · ");
  expect(shown.text(".r1-before-line")).toContain("the last was cut off");
  shown.model.change("before", {});
  expect(shown.one(".r1-before").hidden).toBe(true);
});

it.each([undefined, {}, { turns: "3" }, { turns: 3, at: "then" }])("says nothing of %j", value => {
  const shown = show({ before: value });
  shown.put(snapshot(1));
  expect(shown.one(".r1-before").hidden).toBe(true);
});

it("goes on with it", () => {
  const shown = show({ before });
  shown.put(snapshot(1));
  shown.press("Continue");
  expect(shown.model.countOf("restore")).toBe(1);
});

it("shows it, to be read alone, and lets it go again", async () => {
  const shown = show({ before });
  shown.put(snapshot(1));
  shown.press("Look");
  const id = shown.model.lastOf("look")?.id;
  const looked = { type: "looked", id, turns: past, active: "p2" };
  expect(isToPage(looked)).toBe(true);
  shown.put(looked);
  await vi.waitFor(() => expect(shown.all(".r1-before-shown .r1-answer")).toHaveLength(2));
  draw();
  expect(shown.one(".r1-before-shown").hidden).toBe(false);
  expect(shown.all(".r1-before-shown .r1-draft, .r1-before-shown .r1-before")).toHaveLength(0);
  expect(shown.find("Look")?.getAttribute("aria-expanded")).toBe("true");
  expect(shown.model.countOf("look")).toBe(1);
  shown.press("Look");
  expect(shown.one(".r1-before-shown").childElementCount).toBe(0);
  expect(shown.one(".r1-before-shown").hidden).toBe(true);
});

it("is closed when the chat has begun", async () => {
  const shown = show({ before });
  shown.put(snapshot(1));
  shown.press("Look");
  shown.put({ type: "looked", id: shown.model.lastOf("look")?.id, turns: past, active: "p2" });
  await vi.waitFor(() => expect(shown.all(".r1-before-shown .r1-answer")).toHaveLength(2));
  shown.model.change("before", {});
  expect(shown.one(".r1-before-shown").childElementCount).toBe(0);
});

it("says of a private chat that nothing is kept, and no word of what the notebook keeps", () => {
  const shown = show({ kept: "nowhere" });
  shown.put(snapshot(1));
  expect(shown.text(".r1-notices")).toContain("Private: nothing of this chat is kept");
});
