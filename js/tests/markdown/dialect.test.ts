// The dialect of docs/markdown.md, by the examples that the exports are held to as well: tests/wire/markdown.json.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tokensOf } from "../../src/markdown/dialect/index.ts";
import { Markdown } from "../../src/markdown/markdown.ts";
import { en } from "../../src/texts/en.ts";
import { Thought } from "../../src/thought/thought.ts";
import { drawn } from "../drawn.ts";
import { neutral } from "../reading.ts";

const { examples, units } = JSON.parse(readFileSync("../tests/wire/markdown.json", "utf8")) as {
  examples: { name: string; text: string; shown: string }[];
  units: string[];
};

describe("a reader sees", () => {
  it.each(examples)("$name", ({ text, shown }) => {
    const whole = drawn([text]);
    expect(neutral(whole)).toBe(shown);
    expect(drawn(text).innerHTML).toBe(whole.innerHTML);
  });
});

describe("an address that is given for a label", () => {
  const GIVEN = "[docs]: https://docs.example/x\n\n";

  it("makes links of what was drawn before, and touches nothing else of it", () => {
    const holder = document.createElement("div");
    const markdown = new Markdown(holder, en);
    markdown.write("See **bold** and [the docs][Docs], [docs].\n\nMore [other].\n\n");
    markdown.draw();
    const [first, second] = holder.children;
    const bold = first?.querySelector("strong");
    let redrawn = 0;
    markdown.redrawn = () => void redrawn++;
    markdown.write(`${GIVEN}End\n`);
    markdown.draw();
    expect([...holder.querySelectorAll("a")].map(({ textContent }) => textContent)).toEqual([
      "the docs",
      "docs",
      "https://docs.example/x",
    ]);
    expect([...holder.children].slice(0, 2)).toEqual([first, second]);
    expect(first?.querySelector("strong")).toBe(bold);
    expect(redrawn).toBe(1);
  });

  it("reaches the steps of a thought that are complete", () => {
    const thought = new Thought(en, new AbortController().signal);
    thought.write("First, see [the docs][docs] about it.\n\nWait, is that so? I will look once more.\n\n");
    thought.settle();
    expect(thought.element.querySelector("a")).toBeNull();
    thought.write(`So it is.\n\n${GIVEN}`);
    thought.end();
    thought.settle();
    expect(thought.steps.length).toBeGreaterThan(1);
    expect(thought.steps[0]?.body.querySelector("a")?.textContent).toBe("the docs");
  });

  it("is the first one; and none is taken from a line that is still being written", () => {
    const holder = document.createElement("div");
    const markdown = new Markdown(holder, en);
    const links = () =>
      [...holder.querySelectorAll("p:first-child a")].map(link => link.getAttribute("href"));
    markdown.write("See [a].\n\n[a]: https://exam");
    markdown.draw();
    expect(links()).toEqual([]);
    markdown.write("ple.org/one\n\n[a]: https://example.org/two\n\n");
    markdown.end();
    markdown.draw();
    expect(links()).toEqual(["https://example.org/one"]);
  });
});

it.each(units)("a long text of %j takes its time once", unit => {
  // Four times the length takes about four times the time; ten is allowed, and a square would be sixteen.
  const milliseconds = (length: number) => {
    const text = unit.repeat(length / unit.length);
    const before = process.cpuUsage();
    tokensOf(text, new Map(), false);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  milliseconds(40_000);
  expect(milliseconds(160_000)).toBeLessThan(10 * Math.max(milliseconds(40_000), 60));
});
