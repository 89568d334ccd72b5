import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Timeline } from "../../src/state/timeline.ts";
import { CUES } from "../../src/thought/cues.ts";
import { StepSplitter } from "../../src/thought/steps.ts";

const wire = JSON.parse(readFileSync("../tests/wire/steps.json", "utf8")) as {
  cues: typeof CUES;
  examples: { name: string; steps: [string, string][] }[];
};

/** `[kind, text]` of each step; the pieces are fed one by one. */
function split(pieces: Iterable<string>): [string, string][] {
  const splitter = new StepSplitter();
  const steps: [string, string][] = [];
  const take = (parts: ReturnType<StepSplitter["feed"]>) => {
    for (const { kind, text } of parts) {
      const last = steps.at(-1);
      if (kind) steps.push([kind, text]);
      else if (last) last[1] += text;
      else throw new Error("a piece that belongs to no step");
    }
  };
  for (const piece of pieces) take(splitter.feed(piece));
  take(splitter.flush());
  return steps;
}

/** Whole numbers below a bound, the same in every run: a linear congruential generator. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it("knows the cues that Python knows", () => {
  const sorted = (cues: object) =>
    Object.fromEntries(Object.entries(cues).map(([kind, phrases]) => [kind, [...phrases].sort()]));
  expect(sorted(CUES)).toEqual(sorted(wire.cues));
});

describe("steps begin where they should, whole and by character:", () => {
  it.each(wire.examples)("$name", ({ steps }) => {
    const text = steps.map(([, part]) => part).join("");
    expect(split([text])).toEqual(steps);
    expect(split(text)).toEqual(steps);
  });
});

it("the same steps come out, however a text comes", () => {
  // Words of turning, ends of sentences, and what begins each of the lines that are no prose, whole and in part.
  const scraps = [
    ...["Wait", "But ", "wait", "So", "so wait", "First", "等等", "让我", "x", "X", "İ", "’", "🙂"],
    ...[" ", "  ", "    ", "\t", "\r", "\n", "\n\n", "\r\n", "\u00a0"],
    ...[".", ". ", "? ", "。", ")", '"'],
    ...["*", "**", "_", "`", "``", "```", "~", "~~~", "~~~~"],
    ...["-", "- ", "---", "+", "+ ", "1", "1. ", "2) ", "١. ", "|", "> ", "$", "$$", "\\", "\\[", "#", "## "],
  ];
  const draw = seeded(1);
  for (let round = 0; round < 1000; round++) {
    const text = Array.from({ length: draw(40) }, () => scraps[draw(scraps.length)]).join("");
    const whole = split([text]);
    expect(whole.map(([, part]) => part).join("")).toBe(text);
    expect(split(text), JSON.stringify(text)).toEqual(whole);
    const cut = draw(text.length + 1);
    expect(split([text.slice(0, cut), text.slice(cut)]), JSON.stringify(text)).toEqual(whole);
  }
});

it("a thought may begin with any number of blank lines", () => {
  const text = `${"\n \r\n".repeat(5000)} Wait.`;
  expect(split([text])).toEqual([["check", text]]);
  expect(split(["\n".repeat(50000)])).toEqual([["step", "\n".repeat(50000)]]);
});

const TRACES = "../../shared/data/traces/traces.jsonl";

it.skipIf(!existsSync(TRACES))("real traces come apart and together the same way", () => {
  for (const line of readFileSync(TRACES, "utf8").trim().split("\n")) {
    const { reasoning } = JSON.parse(line) as { reasoning: string };
    const whole = split([reasoning]);
    expect(whole.map(([, text]) => text).join("")).toBe(reasoning);
    expect(split(reasoning.match(/[\s\S]{1,5}/g) ?? [])).toEqual(whole);
  }
});

describe("a timeline", () => {
  it("goes evenly between two marks", () => {
    const timeline = new Timeline();
    expect(timeline.at(5)).toBeUndefined();
    timeline.become([
      { at: 0, tokens: 0, seconds: 1 },
      { at: 100, tokens: 10, seconds: 2 },
      { at: 200, tokens: 30, seconds: 6 },
    ]);
    expect([0, 50, 150, 999].map(offset => timeline.at(offset)?.tokens)).toEqual([0, 5, 20, 30]);
    expect([0, 50, 150, 999].map(offset => timeline.at(offset)?.seconds)).toEqual([1, 1.5, 4, 6]);
  });

  it("keeps few of the pieces it is told of, and the last", () => {
    const timeline = new Timeline();
    for (let at = 1; at <= 1000; at++) timeline.add(at, at, at / 100);
    expect(timeline.at(1000)).toEqual({ at: 1000, tokens: 1000, seconds: 10 });
    expect(timeline.at(0)).toEqual({ at: 0, tokens: 0, seconds: 0.01 });
    expect(timeline.at(500)?.tokens).toBeCloseTo(500);
  });
});
