import { existsSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { align } from "../../src/markdown/align.ts";
import { drawnIn } from "../../src/markdown/drawn.ts";
import { Passage } from "../../src/markdown/passage.ts";
import { Authors } from "../../src/state/authors.ts";
import { en } from "../../src/texts/en.ts";
import { Thought } from "../../src/thought/thought.ts";
import { drawn, tokens } from "../drawn.ts";
import { highlights, marked, withHighlights } from "../highlights.ts";

describe("who wrote what", () => {
  it("joins what touches, and knows nothing of the model's", () => {
    const authors = new Authors();
    authors.add(3, 5, "person");
    authors.add(5, 9, "person");
    authors.add(9, 12, "budget");
    authors.add(12, 40, "model");
    authors.add(40, 44, "person");
    expect(authors.list).toEqual([
      { start: 3, end: 9, origin: "person" },
      { start: 9, end: 12, origin: "budget" },
      { start: 40, end: 44, origin: "person" },
    ]);
    // A message that comes twice adds nothing.
    authors.add(40, 44, "person");
    expect(authors.list.length).toBe(3);
  });

  it("gives what is within, cut to it", () => {
    const authors = new Authors();
    authors.become([
      { start: 0, end: 2, origin: "person" },
      { start: 4, end: 8, origin: "loop" },
      { start: 9, end: 12, origin: "person" },
    ]);
    expect(authors.within(2, 4)).toEqual([]);
    expect(authors.within(5, 10)).toEqual([
      { start: 5, end: 8, origin: "loop" },
      { start: 9, end: 10, origin: "person" },
    ]);
    expect(authors.within(12, 99)).toEqual([]);
    authors.become([]);
    expect(authors.list).toEqual([]);
  });
});

/** What in `source` was found to stand in `holder`, in order. */
function placed(source: string, holder: HTMLElement): string[] {
  return align(source, drawnIn(holder.childNodes)).places.map(({ start, end }) => source.slice(start, end));
}

describe("drawn text and its source", () => {
  it.each([
    ["prose", "So **17 × 24** is *408*, `x`.", ["So ", "17 × 24", "is ", "408", ", ", "x", "."]],
    ["a link", "See [the page](https://e.org/the) and the end.", ["See ", "the page", "and the end."]],
    ["an entity", "a &lt; b &amp; c", ["a", "b &", "c"]],
    ["an escape", "2 \\* 3 \\_ 4", ["2 ", "* 3 ", "_ 4"]],
    ["a list with its numbers", "1. 1 apple\n2. 2 apples", ["1 apple", "2 apples"]],
    ["a table", "| a | b |\n|---|---|\n| 1 | 2 |", ["a", "b", "1", "2"]],
    ["formulas", "So $x^2$ and\n\n$$\ny = 2.\n$$\n\nend", ["So", "$x^2$", "and", "$$\ny = 2.\n$$", "end"]],
    ["a formula with its full stop", "\\[ a \\].\n\nend", ["\\[ a \\]", "end"]],
    ["code", "```py\nx = 1 # one\n```\nend", ["x =", "1", "# one", "end"]],
  ])("%s", (_, source, expected) => {
    const found = placed(source, drawn([source]));
    expect(found.map(text => text.trim())).toEqual(expected.map(text => text.trim()));
  });

  it("goes on after what isn't in the source", () => {
    const nodes = ["One two three. ", "nowhere to be seen", " Four five."].map((text, index) => ({
      node: index,
      text,
      breaks: true,
    }));
    const { places } = align("One two three. Four five.", nodes);
    expect(places.filter(({ node }) => node !== 1).map(({ node, start }) => [node, start])).toEqual([
      [0, 0],
      [2, 15],
    ]);
  });

  const FILE = "../../shared/data/traces/traces.jsonl";
  const corpus = existsSync(FILE)
    ? readFileSync(FILE, "utf8")
        .trim()
        .split("\n")
        .map(line => JSON.parse(line) as { id: string; reasoning: string; answer: string })
        .filter((_, index) => index % 6 === 0)
        .flatMap(({ id, reasoning, answer }) => [reasoning, answer].map(text => ({ id, text: text ?? "" })))
    : [];
  const { examples } = JSON.parse(readFileSync("../tests/wire/steps.json", "utf8")) as {
    examples: { name: string; steps: [kind: string, text: string][] }[];
  };

  it("agree in every word that models wrote, but for the numbers of lists", {
    timeout: 120_000,
  }, async () => {
    const texts = [
      ...corpus,
      ...examples.map(({ name, steps }) => ({ id: name, text: steps.map(([, text]) => text).join("") })),
    ];
    let words = 0;
    for (const { id, text } of texts) {
      await setImmediate(); // jsdom lets go of a document only between two tasks
      const items = drawnIn(drawn([text]).childNodes);
      const { places } = align(text, items);
      const found = new Uint8Array(text.length);
      for (const { start, end, at, node, isFormula } of places) {
        found.fill(1, start, end);
        if (isFormula) continue;
        const there = (node as Text).data.slice(at, at + end - start);
        expect(there.replace(/\s/g, " "), id).toBe(text.slice(start, end).replace(/\s/g, " "));
      }
      for (const { index, 0: word } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
        words++;
        const isNumber = /^\d+$/.test(word) && /^[.)]/.test(text.slice(index + word.length));
        const isLanguage = /(^|\n)\s*`{3,}$/.test(text.slice(Math.max(0, index - 20), index));
        if (isNumber || isLanguage) continue;
        expect(found[index], `${id}: ${text.slice(Math.max(0, index - 30), index + 30)}`).toBe(1);
      }
    }
    expect(words).toBeGreaterThan(50);
  });
});

withHighlights();

const THOUGHT =
  "I need **17** × 24.\n\nFirst, $17 \\times 20$ is *340*, and [so](https://so.example/) on.\n\n";

/** `words` of `text` as a person's. */
function authorsOf(text: string, ...words: string[]): Authors {
  const authors = new Authors();
  for (const word of words) authors.add(text.indexOf(word), text.indexOf(word) + word.length, "person");
  return authors;
}

function thoughtOf(text: string, authors: Authors, pieces: Iterable<string> = [text]) {
  const gone = new AbortController();
  const thought = new Thought(en, gone.signal);
  thought.mark(authors);
  for (const piece of pieces) {
    thought.write(piece);
    thought.settle();
  }
  thought.end();
  thought.settle();
  return { thought, gone };
}

const labels = (root: Element) =>
  [...root.querySelectorAll(".r1-author")].map(({ textContent }) => textContent);
const LABEL = `${en.authored("person")}. ${en.author("person")}`;

describe("the words of a person in a thought", () => {
  it("are marked in what was drawn, and their step is labelled", () => {
    const { thought, gone } = thoughtOf(THOUGHT, authorsOf(THOUGHT, "7** × 2", "340*, and"));
    expect(marked("r1-person")).toEqual(["7", " × 2", "340", ", and"].map(text => text.replace(/^ /, "")));
    expect(labels(thought.element)).toEqual([LABEL, LABEL]);
    expect(thought.element.querySelector(".r1-step-body[data-r1-by]")).toBeNull();
    gone.abort();
    expect(marked("r1-person")).toEqual([]);
  });

  it("stay marked while the text grows, and are the same however it came", () => {
    const text = `${THOUGHT}Wait, let me check: 17 × 24 = 408.`;
    const authors = authorsOf(text, "17** ×", "17 \\times", "check: 17");
    const whole = thoughtOf(text, authors);
    const [words, html] = [marked("r1-person"), whole.thought.element.innerHTML];
    whole.gone.abort();
    for (const pieces of [text, tokens(text, 3)]) {
      const { thought, gone } = thoughtOf(text, authors, pieces);
      expect(marked("r1-person")).toEqual(words);
      expect(thought.element.innerHTML).toBe(html);
      gone.abort();
    }
  });

  it("mark a formula as a whole", () => {
    const { thought } = thoughtOf(THOUGHT, authorsOf(THOUGHT, "20"));
    expect(marked("r1-person")).toEqual([]);
    expect(thought.element.querySelectorAll(".r1-math[data-r1-by=person]").length).toBe(1);
    thought.mark(new Authors());
    expect(thought.element.querySelectorAll("[data-r1-by]").length).toBe(0);
  });

  it("mark the step where they can't be seen", () => {
    const { thought } = thoughtOf(THOUGHT, authorsOf(THOUGHT, "so.example"));
    const bodies = [...thought.element.querySelectorAll(".r1-step-body")];
    expect(bodies.map(body => body.getAttribute("data-r1-by"))).toEqual([null, "person"]);
    expect(marked("r1-person")).toEqual([]);
  });

  it("mark the step in a browser without such marks", () => {
    Object.assign(globalThis, { CSS: undefined });
    const { thought } = thoughtOf(THOUGHT, authorsOf(THOUGHT, "need"));
    expect(thought.element.querySelectorAll(".r1-step-body[data-r1-by]").length).toBe(1);
    expect(labels(thought.element)).toEqual([LABEL]);
  });

  it("are marked in the source too, and again in the markdown", () => {
    const { thought } = thoughtOf(THOUGHT, authorsOf(THOUGHT, "7** × 2", "\\times"));
    const words = marked("r1-person");
    const html = thought.element.innerHTML;
    thought.show(true);
    thought.settle();
    expect(marked("r1-person")).toEqual(["7** × 2", "\\times"]);
    thought.show(false);
    thought.settle();
    expect(marked("r1-person")).toEqual(words);
    expect(thought.element.innerHTML).toBe(html);
  });

  it("are told from what a budget put in, and come late without a word from anybody", () => {
    const authors = authorsOf(THOUGHT, "need");
    const thought = new Thought(en, new AbortController().signal);
    thought.mark(authors);
    thought.write(THOUGHT);
    thought.settle();
    authors.add(THOUGHT.length, THOUGHT.length + 13, "budget");
    thought.write("Time is over.");
    thought.end();
    thought.settle();
    expect(marked("r1-put-in")).toEqual(["Time is over."]);
    expect(labels(thought.element).at(-1)).toBe(`${en.authored("budget")}. ${en.author("budget")}`);
    thought.clear();
    expect([marked("r1-person"), marked("r1-put-in")]).toEqual([[], []]);
  });

  it("cost nothing where there are none", () => {
    const { thought } = thoughtOf(THOUGHT.repeat(20), authorsOf(THOUGHT, "need"));
    let asked = 0;
    for (const step of thought.steps.slice(1)) {
      step.unmark = () => void asked++;
      step.mark = () => void asked++;
    }
    thought.mark(authorsOf(THOUGHT, "need **17"));
    expect(asked).toBe(0);
    expect(marked("r1-person")).toEqual(["need ", "17"].map(text => text.trim()));
  });
});

describe("the words of a person in an answer", () => {
  const TEXT = `So **408** it is.\n\n- one\n- two and $y = 2$\n\n${"And more of it. ".repeat(30)}\n\nThe end.`;

  it("are looked for once where the text stays as it is", () => {
    const parent = document.createElement("div");
    const holder = document.createElement("div");
    parent.append(holder);
    const passage = new Passage(holder, en);
    passage.mark(authorsOf(TEXT, "408** it", "two"), 0);
    const seen = new Set<AbstractRange>();
    for (const piece of tokens(TEXT, 5)) {
      passage.write(piece);
      passage.draw(Number.POSITIVE_INFINITY);
      if (holder.childElementCount > 3)
        for (const range of highlights.get("r1-person") ?? []) seen.add(range);
    }
    passage.end();
    passage.draw(Number.POSITIVE_INFINITY);
    expect(marked("r1-person")).toEqual(["408", "it", "two"]);
    // The ranges of three words, and of what was the tail.
    expect(seen.size).toBeLessThan(8);
    expect(labels(parent)).toEqual([LABEL]);
    passage.unmark();
    expect(marked("r1-person")).toEqual([]);
    expect(labels(parent)).toEqual([]);
  });

  it("are nothing to speak of when they are a blank line", () => {
    const parent = document.createElement("div");
    const holder = document.createElement("div");
    parent.append(holder);
    const passage = new Passage(holder, en);
    passage.write(TEXT);
    passage.draw(Number.POSITIVE_INFINITY);
    passage.mark(authorsOf(TEXT, "\n\n"), 0);
    expect(labels(parent)).toEqual([]);
    expect(holder.hasAttribute("data-r1-by")).toBe(false);
  });
});
