// What models really wrote, where such texts lie beside the repository: whole and in pieces the same is drawn, and the
// math is drawn too.

import { existsSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { drawn, tokens } from "../drawn.ts";

const FILE = "../../shared/data/traces/traces.jsonl";
/** Characters of a text's end that are drawn by token, and by character: each piece is a drawing, and jsdom is slow. */
const BY_TOKEN = 700;
const BY_CHARACTER = 200;

const texts = existsSync(FILE)
  ? readFileSync(FILE, "utf8")
      .trim()
      .split("\n")
      .map(line => JSON.parse(line) as { id: string; reasoning: string; answer: string })
      .flatMap(({ id, reasoning, answer }) => [
        { id: `${id} thought`, text: reasoning ?? "" },
        { id: `${id} answer`, text: answer ?? "" },
      ])
      .filter(({ text }) => text !== "")
  : [];

describe.skipIf(texts.length === 0)("what models wrote", () => {
  it("is drawn in large pieces as it is whole, with its formulas", { timeout: 120_000 }, async () => {
    let formulas = 0;
    const asWritten: string[] = [];
    for (const [number, { id, text }] of texts.entries()) {
      if (number % 4 === 1) continue;
      await setImmediate(); // jsdom lets go of a document only between two tasks
      const whole = drawn([text]);
      expect(whole.textContent, id).not.toBe("");
      // What is longer than the window of Blocks is always among them.
      if (number % 8 === 2 || text.length > 20_000)
        expect(drawn(text.match(/[\s\S]{1,1997}/g) ?? []).innerHTML, id).toBe(whole.innerHTML);
      formulas += whole.querySelectorAll(".r1-math").length;
      for (const code of whole.querySelectorAll(".r1-tex")) asWritten.push(code.textContent ?? "");
    }
    expect(formulas).toBeGreaterThan(1000);
    // One in a thousand may be beyond us.
    expect(asWritten.length / formulas, asWritten.join("\n")).toBeLessThan(0.001);
  });

  it("is drawn by token as it is whole", { timeout: 120_000 }, async () => {
    for (const [number, { id, text }] of texts.entries()) {
      await setImmediate();
      // The end of a thought is where its headings, lists and formulas are.
      const part = text.slice(-BY_TOKEN);
      if (number % 8 === 0) expect(drawn(tokens(part, number)).innerHTML, id).toBe(drawn([part]).innerHTML);
    }
  });

  it("is drawn by character as it is whole", { timeout: 120_000 }, async () => {
    for (const [number, { id, text }] of texts.entries()) {
      await setImmediate();
      const part = text.slice(-BY_CHARACTER);
      if (number % 8 === 1) expect(drawn(part).innerHTML, id).toBe(drawn([part]).innerHTML);
    }
  });
});
