// The question: what of it is there at first, what more there is, and that it stays text.

import { describe, expect, it, vi } from "vitest";
import { en } from "../../src/texts/en.ts";
import { beginning } from "../../src/turn/asked.ts";
import { settled, snapshot } from "../fake.ts";
import { cleanly, key, show } from "../shown.ts";

cleanly();

const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line + 1}`).join("\n");
const asked = (question: string) => {
  const shown = show();
  shown.put(snapshot(1, [[{ question, state: "ended", finish_reason: "stop" }, "", "4"]]));
  return shown;
};

describe("how much of a question is there at first", () => {
  it.each([
    ["a word", "Why?"],
    ["a dozen lines", lines(12)],
    ["a little more: what is left isn't worth a press", lines(16)],
    ["a few long lines", "x".repeat(85 * 16)],
    ["nothing", ""],
  ])("all of %s", (_, question) => expect(beginning(question)).toBeUndefined());

  it("of many lines the first twelve", () => {
    expect(beginning(lines(17))).toBe(`${lines(12)}\n`);
    expect(beginning(lines(5000))).toBe(`${lines(12)}\n`);
  });

  it("of a long line what fits into twelve", () => {
    expect(beginning("x".repeat(100_000))).toBe("x".repeat(85 * 12));
    expect(beginning(`Read:\n\n${"x".repeat(100_000)}`)).toBe(`Read:\n\n${"x".repeat(85 * 10)}`);
  });
});

describe("a long question", () => {
  it("is unfolded and folded again, and copied whole", async () => {
    const copied: string[] = [];
    vi.stubGlobal("navigator", {
      languages: ["en"],
      clipboard: { writeText: async (text: string) => void copied.push(text) },
    });
    const question = lines(5000);
    const shown = asked(question);
    expect(shown.text(".r1-question-text")).toBe(`${lines(12)}\n`);
    const more = shown.find(en.showMore);
    expect(more?.getAttribute("aria-expanded")).toBe("false");
    shown.press(en.showMore);
    expect(shown.text(".r1-question-text")).toBe(question);
    expect([more?.textContent, more?.getAttribute("aria-expanded")]).toEqual([en.showLess, "true"]);
    shown.press(en.showLess);
    expect(shown.text(".r1-question-text")).toBe(`${lines(12)}\n`);
    expect(document.activeElement).toBe(more);
    shown.press(en.copyQuestion);
    await settled();
    expect(copied).toEqual([question]);
    vi.unstubAllGlobals();
  });

  it("is in the editor as a whole", () => {
    const shown = asked(lines(100));
    shown.press(en.editPart("question"));
    const field = shown.one<HTMLTextAreaElement>(".r1-asked textarea");
    expect(field.value).toBe(lines(100));
    expect(shown.one(".r1-question").classList.contains("r1-edited")).toBe(true);
    key(field, "Escape");
    expect(document.activeElement).toBe(shown.find(en.editPart("question")));
  });
});

it("a question is text, whatever is in it", () => {
  const shown = asked('<img src=x onerror="alert(1)"> **bold**');
  expect(shown.one(".r1-question-text").children.length).toBe(0);
  expect(shown.find(en.showMore)).toBeUndefined();
});
