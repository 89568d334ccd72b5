// Stretches of a text that are marked where they are drawn, whatever else is marked there.

import { describe, expect, it } from "vitest";
import { Passage } from "../../src/markdown/passage.ts";
import { Places } from "../../src/markdown/places.ts";
import { type Named, Pointed } from "../../src/markdown/pointed.ts";
import { Points } from "../../src/markdown/points.ts";
import { Authors } from "../../src/state/authors.ts";
import { en } from "../../src/texts/en.ts";
import { Thought } from "../../src/thought/thought.ts";
import { tokens } from "../drawn.ts";
import { highlights, marked, withHighlights } from "../highlights.ts";

withHighlights();

const TEXT =
  "So **17 × 4** = 78, by\n\n- one and two\n- $3 \\times 4 = 13$, no\n\nAnd *that* is 17 × 4 = 78 again.\n\n";

/** `words` of `text`, from their first place on. */
const at = (words: string, name = "r1-slip", text = TEXT): Named => {
  const start = text.indexOf(words);
  return { start, end: start + words.length, name };
};

function passageOf(text: string, marks: readonly Named[], pieces: Iterable<string> = [text]) {
  const holder = document.createElement("div");
  const passage = new Passage(holder, en);
  passage.point(new Points(marks));
  for (const piece of pieces) {
    passage.write(piece);
    passage.draw(Number.POSITIVE_INFINITY);
  }
  passage.end();
  passage.draw(Number.POSITIVE_INFINITY);
  return { passage, holder };
}

describe("points", () => {
  it("are those that have something of a stretch, also where a long one lies on others", () => {
    const [long, short, last] = [
      { start: 0, end: 50, name: "a" },
      { start: 5, end: 8, name: "b" },
      { start: 60, end: 70, name: "c" },
    ];
    const points = new Points([last, long, short, { start: 9, end: 9, name: "empty" }]);
    expect(points.list.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(points.within(6, 7).map(({ name }) => name)).toEqual(["a", "b"]);
    expect(points.within(20, 61).map(({ name }) => name)).toEqual(["a", "c"]);
    expect(points.within(50, 60)).toEqual([]);
  });
});

describe("marked stretches", () => {
  it("are in what was drawn, over one another, and in formulas as a whole", () => {
    const marks = [
      at("17 × 4** = 78"),
      at("= 78", "r1-note"),
      at("3 \\times 4 = 13"),
      at("17 × 4 = 78 again"),
    ];
    const { holder } = passageOf(TEXT, marks);
    expect(marked("r1-slip")).toEqual(["17 × 4", "= 78", "17 × 4 = 78 again"]);
    expect(marked("r1-note")).toEqual(["= 78"]);
    expect(holder.querySelector(".r1-math")?.getAttribute("data-r1-marks")).toBe("r1-slip");
  });

  it("are the same however the text came", () => {
    const marks = [at("17 × 4** = 78"), at("two"), at("that* is 17")];
    passageOf(TEXT, marks).passage.unmark();
    expect(marked("r1-slip")).toEqual([]);
    for (const pieces of [TEXT, tokens(TEXT, 3), [TEXT]]) {
      const { passage } = passageOf(TEXT, marks, pieces);
      expect(marked("r1-slip").toSorted()).toEqual(["17 × 4", "= 78", "is 17", "that", "two"]);
      passage.unmark();
    }
  });

  it("are put there once where the text stays as it is, however much comes behind", () => {
    const long = `${TEXT}${"And more of it.\n\n".repeat(40)}`;
    const holder = document.createElement("div");
    const passage = new Passage(holder, en);
    passage.point(new Points([at("17 × 4** = 78"), at("two")]));
    const seen = new Set<AbstractRange>();
    for (const piece of tokens(long, 5)) {
      passage.write(piece);
      passage.draw(Number.POSITIVE_INFINITY);
      if (holder.childElementCount > 3) for (const range of highlights.get("r1-slip") ?? []) seen.add(range);
    }
    expect(seen.size).toBeLessThan(6);
  });

  it("change with what is known: those that stay are left alone", () => {
    const { passage } = passageOf(TEXT, [at("17 × 4** = 78")]);
    const [first] = highlights.get("r1-slip") ?? [];
    passage.point(new Points([at("17 × 4** = 78"), at("two", "r1-note")]));
    expect([...(highlights.get("r1-slip") ?? [])][0]).toBe(first);
    expect(marked("r1-note")).toEqual(["two"]);
    passage.point(new Points([at("two", "r1-note")]));
    expect([marked("r1-slip"), marked("r1-note")]).toEqual([[], ["two"]]);
  });

  it("leave a formula marked for as long as one of two is there", () => {
    const [one, two] = [at("3 \\times 4"), at("= 13")];
    const { passage, holder } = passageOf(TEXT, [one, two]);
    passage.point(new Points([one]));
    const formula = holder.querySelector(".r1-math");
    expect(formula?.getAttribute("data-r1-marks")).toBe("r1-slip");
    passage.point(new Points());
    expect(formula?.hasAttribute("data-r1-marks")).toBe(false);
  });

  it("are in the characters as they were written, and in the markdown again", () => {
    const { passage } = passageOf(TEXT, [at("17 × 4** = 78")]);
    passage.show(true);
    passage.draw(Number.POSITIVE_INFINITY);
    expect(marked("r1-slip")).toEqual(["17 × 4** = 78"]);
    passage.show(false);
    passage.draw(Number.POSITIVE_INFINITY);
    expect(marked("r1-slip")).toEqual(["17 × 4", "= 78"]);
  });

  it("leave whose words they are as they are", () => {
    const { passage, holder } = passageOf(TEXT, [at("two")]);
    const authors = new Authors();
    authors.add(at("one and two").start, at("one and two").end, "person");
    passage.mark(authors, 0);
    expect([marked("r1-person"), marked("r1-slip")]).toEqual([["one and two"], ["two"]]);
    expect(holder.hasAttribute("data-r1-by")).toBe(false);
    expect(passage.range(at("two").start, at("two").end)?.toString()).toBe("two");
    expect(passage.range(TEXT.length + 3, TEXT.length + 9)).toBeUndefined();
  });

  it("can be asked for by their place", () => {
    const { passage, holder } = passageOf(TEXT, [at("one and two", "a"), at("two", "b")]);
    const node = holder.querySelector("li")?.firstChild as Text;
    const names = (offset: number) => passage.at(node, offset).map(({ name }) => name);
    expect([names(2), names(9)]).toEqual([["a"], ["a", "b"]]);
  });

  it("are bounded work on a text that means harm", () => {
    const harm = `${"*_`[".repeat(12_000)}${"\\".repeat(20_000)}${"[a](b".repeat(6000)}`;
    const node = document.createTextNode("ab*_`[".repeat(4000));
    const holder = document.createElement("div");
    holder.append(node);
    const places = new Places(holder);
    let reads = 0;
    const source = () => {
      reads++;
      return harm;
    };
    places.drawn(source, null);
    const pointed = new Pointed<Named>(() => {});
    const marks = Array.from({ length: 200 }, (_, at) => ({
      start: at * 400,
      end: at * 400 + 300,
      name: "a",
    }));
    pointed.show(marks, places);
    // What is asked of the same drawing is found out once.
    expect(reads).toBe(1);
    pointed.clear();
    expect(marked("a")).toEqual([]);
  });
});

describe("marked stretches of a thought", () => {
  const THOUGHT = "First, 17 × 4 = 78.\n\nSo it is 78. Wait, 17 × 4 = 68.";

  it.each([["before their text comes"], ["after it"]])("are marked in their steps, %s", when => {
    const gone = new AbortController();
    const thought = new Thought(en, gone.signal);
    const points = new Points([at("17 × 4 = 78", "r1-slip", THOUGHT), at("= 68", "r1-slip", THOUGHT)]);
    if (when !== "after it") thought.point(points);
    for (const piece of tokens(THOUGHT, 2)) {
      thought.write(piece);
      thought.settle();
    }
    thought.end();
    thought.settle();
    if (when === "after it") thought.point(points);
    expect(marked("r1-slip")).toEqual(["17 × 4 = 78", "= 68"]);
    const { start, end } = at("= 68", "", THOUGHT);
    expect(thought.range(start, end)?.toString()).toBe("= 68");
    expect(thought.unfold(start)).toBe(thought.steps.at(-1));
    gone.abort();
    expect(marked("r1-slip")).toEqual([]);
  });

  it("can be gone to in a step that is folded, and isn't drawn yet", () => {
    const gone = new AbortController();
    const thought = new Thought(en, gone.signal);
    thought.write(THOUGHT);
    thought.end();
    const step = thought.steps.at(-1);
    step?.fold(true);
    expect(thought.unfold(THOUGHT.length - 1)).toBe(step);
    expect(step?.folded).toBe(false);
    expect(thought.range(THOUGHT.length - 3, THOUGHT.length)?.toString()).toBe("68.");
    gone.abort();
  });
});
