// What a model says of itself, in rows.

import { describe, expect, it } from "vitest";
import { factsOf, factsOfMemory } from "../../src/chat/facts.ts";
import { en } from "../../src/texts/en.ts";
import { zh } from "../../src/texts/zh.ts";

describe("facts", () => {
  it("are flat, and numbers as people say them", () => {
    const about = {
      model: "some/model",
      parameters: 1_777_088_000,
      context: 131_072,
      threads: 2,
      opens_thinking: true,
      seconds: 21,
      memory: 1_790_000_000,
      nothing: null,
      versions: { torch: "2.13.0", python: "3.11.2" },
      tags: ["a", "b"],
      anything_else: "x",
    };
    expect(factsOf(about, en)).toEqual([
      ["Parameters", "1.78 B"],
      ["Context", "131,072 tokens"],
      ["Threads", "2"],
      ["Thinks first", "Yes"],
      ["Time to load", "about 20 s"],
      ["Memory for weights", "1.8 GB"],
      ["Torch", "2.13.0"],
      ["Python", "3.11.2"],
      ["Tags", "a, b"],
      ["Anything else", "x"],
    ]);
    expect(factsOf({ parameters: 1_777_088_000 }, zh)).toEqual([["参数量", "17.77 亿"]]);
  });

  it("have an end, whatever an engine says", () => {
    const endless: Record<string, unknown> = {};
    endless.again = endless;
    const about = { long: "x".repeat(1000), endless, ...Object.fromEntries(Array(100).entries()) };
    const facts = factsOf(
      { ...about, ...Object.fromEntries([...Array(99).keys()].map(key => [`f${key}`, key])) },
      en,
    );
    expect(facts).toHaveLength(40);
    expect(facts.find(([label]) => label === "Long")?.[1].length).toBe(201);
  });

  it("are of the memory that is known", () => {
    expect(factsOfMemory({ process: 2.31e9, cache: 58e6 }, en)).toEqual([
      ["Memory: this model's chats", "58 MB"],
      ["Memory: the whole kernel", "2.3 GB"],
    ]);
  });
});
