import { afterEach, describe, expect, it, vi } from "vitest";
import { en } from "../../src/texts/en.ts";
import { changes, runs, shared } from "../../src/versions/diff.ts";
import { DiffPart } from "../../src/versions/diffpart.ts";
import { Prose } from "../../src/versions/diffprose.ts";
import type { ExtrasExports } from "../../src/wire/extras.ts";

afterEach(() => void vi.useRealTimers());

function prose(before: string, after: string, isGrowing = false) {
  vi.useFakeTimers();
  const controller = new AbortController();
  const open = new Set<string>();
  const made = new Prose(
    "answer",
    { texts: en, compare: { runs, shared } },
    key => open.has(key),
    controller.signal,
  );
  const update = (text: string, grows = isGrowing) => {
    made.update({ before, after: text, isGrowing: grows });
    vi.advanceTimersByTime(5000);
  };
  update(after);
  const all = (selector: string) => [...made.element.querySelectorAll<HTMLElement>(selector)];
  const openAll = () => {
    for (const fold of all("[data-fold]")) if (fold.dataset.fold) open.add(fold.dataset.fold);
    update(after);
    for (const rest of all(".r1-diff-rest")) rest.hidden = false;
    for (const fold of all(".r1-diff-fold")) fold.remove();
  };
  return { made, all, update, openAll, controller };
}

/** As it is read: [-removed-], {+added+}; a formula by its TeX. */
function read(root: Element): string {
  const written = (node: Node): string => {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element) || node.matches(".r1-said, .r1-diff-sign, .r1-code-head")) return "";
    const inner = node.matches(".r1-math[title]")
      ? `$${node.getAttribute("title")}$`
      : [...node.childNodes].map(written).join("");
    const isBlock = node.matches("p, li, ul, td, th, pre, h1, .r1-diff-piece, .r1-diff-block");
    return node.matches("del.r1-diff-change")
      ? `[-${inner}-]`
      : node.matches("ins.r1-diff-change")
        ? `{+${inner}+}`
        : isBlock
          ? `${inner} `
          : inner;
  };
  return written(root).replace(/\s+/g, " ").trim();
}

const changed = (before: string, after: string) => read(prose(before, after).made.element);

describe("what changed, as it is read", () => {
  it.each([
    ["a word", "So it is five.", "So it is six.", "So it is [-five-]{+six+}."],
    [
      "a formula, whole",
      "So $\\boxed{408}$ it is.",
      "So $\\boxed{425}$ it is.",
      "So [-$\\boxed{408}$-]{+$\\boxed{425}$+} it is.",
    ],
    ["a formula of its own", "$$\\boxed{408}$$", "$$\\boxed{425}$$", "[-$\\boxed{408}$-] {+$\\boxed{425}$+}"],
    ["a code, whole", "Call `f(1)` now.", "Call `f(2)` now.", "Call [-f(1)-]{+f(2)+} now."],
    ["how a word stands there", "It is true.", "It is **true**.", "It is [-true-]{+true+}."],
    ["where a link leads", "See [it](https://a.org).", "See [it](https://b.org).", "See [-it-]{+it+}."],
    [
      "a word in bold text",
      "So **it is five** now.",
      "So **it is six** now.",
      "So it is [-five-]{+six+} now.",
    ],
    ["an item of a list", "- one\n- two\n", "- one\n- two\n- three\n", "one two {+three+}"],
    ["a word in a nested list", "1. a\n   - b is c\n", "1. a\n   - b is d\n", "a b is [-c-]{+d+}"],
    ["a cell", "|a|b|\n|-|-|\n|one|2|\n", "|a|b|\n|-|-|\n|one|3|\n", "a b one [-2-]{+3+}"],
    ["a line of code", "```py\nx = 1\ny = 2\n```", "```py\nx = 1\ny = 3\n```", "x = 1 y = [-2-]{+3+}"],
    ["a heading that became text", "# Some title", "Some title", "[-Some title-] {+Some title+}"],
    ["a paragraph", "One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One. [-Two.-] Three."],
    [
      "a paragraph that has nothing of the other",
      "First do this.",
      "Yes, draw a picture.",
      "[-First do this.-] {+Yes, draw a picture.+}",
    ],
    [
      "an address that isn't seen",
      "Hm.\n\n[a]: https://a.org",
      "Hm.\n\n[a]: https://b.org",
      "Hm. [a]: [-https://a.org-]{+https://b.org+}",
    ],
  ])("%s", (_, before, after, expected) => {
    const close = (text: string) => text.replace(/\s+/g, "");
    expect(close(changed(before, after))).toBe(close(expected));
  });

  it("has a sign and a word beside the colour, in tables and lists, too", () => {
    const { all } = prose("- one\n\n|a|b|\n|-|-|\n|1|2|\n", "- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n|3|4|\n");
    for (const change of all("ins, del")) {
      expect(change.querySelector(":scope > .r1-said")?.textContent).toBe(en.added);
      expect(change.querySelector(":scope > .r1-diff-sign")?.textContent).toBe("+");
    }
    expect(all("ul > li > ins").length).toBe(1);
    expect(all("tbody > tr > td > ins").length).toBe(2);
  });

  it("folds a long text within a paragraph, and what it folds is there", () => {
    const words = Array.from({ length: 200 }, (_, index) => `w${index}`).join(" ");
    const { all, openAll, made } = prose(`${words} end.`, `${words} stop.`);
    expect(all(".r1-diff-fold").map(({ textContent }) => textContent)).toEqual([en.sameWords(186)]);
    openAll();
    expect(read(made.element)).toBe(`${words} [-end-]{+stop+}.`);
  });

  it("draws nothing that a model wrote for a browser to act on", () => {
    const evil = '<img src=x onerror="alert(1)"> [a](javascript:alert(1)) ![b](https://a.org/b.png)';
    const { all } = prose(evil, `${evil} more`);
    expect(all("img, script, [onerror], [href^=javascript]")).toEqual([]);
  });

  it("says that two notations are read the same", () => {
    vi.useFakeTimers();
    const compare = { changes, runs, shared } as ExtrasExports;
    const controller = new AbortController();
    const part = new DiffPart({
      part: "answer",
      compare,
      texts: en,
      isOpen: () => false,
      signal: controller.signal,
    });
    const note = () => part.element.querySelector(".r1-diff-note")?.textContent;
    part.draw({ before: "It is *so*.", after: "It is _so_.", isGrowing: false }, false);
    expect(note()).toBe(en.readTheSame);
    part.draw({ before: "It is *so*.", after: "It is _so_.", isGrowing: false }, true);
    expect(note()).toBe("");
    expect(part.element.querySelector(".r1-diff-text:not([hidden]) del")?.textContent).toContain("*so*");
    part.draw({ before: "It is *so*.", after: "It is *so*.", isGrowing: false }, false);
    expect(note()).toBe(en.sameAll);
  });

  it("takes away nothing that isn't written yet", () => {
    const before = "One is here.\n\nTwo is there, and so on.\n\n- three\n- four\n";
    const { made, update } = prose(before, "One is here.", true);
    expect(read(made.element)).toBe("One is here.");
    update("One is here.\n\nTwo is");
    expect(read(made.element)).toBe("One is here. Two is");
    update("One is here.\n\nTwo is there, and so on.\n\n- three");
    expect(read(made.element)).not.toContain("[-");
    update("One is here.\n\nTwo is there, and so on.\n\n- three", false);
    expect(read(made.element)).toContain("[-four-]");
  });

  it("draws again only what is new, and a long text a piece at a time", () => {
    const lines = Array.from({ length: 400 }, (_, index) => `Line ${index} of the first.`);
    const other = lines.map((_, index) => `Quite another thing, number ${index}.`);
    const { made, update, all } = prose(lines.join("\n\n"), other.slice(0, 300).join("\n\n"), true);
    expect(all("ins").length).toBeGreaterThanOrEqual(299);
    const first = all("ins")[0];
    made.update({ before: lines.join("\n\n"), after: other.join("\n\n"), isGrowing: true });
    expect(all("ins").length).toBeLessThan(400);
    update(other.join("\n\n"));
    expect(all("ins").length).toBe(400);
    expect(all("ins")[0]).toBe(first);
  });

  it("loses no text of either version, whatever they are", () => {
    let seed = 11;
    const random = (below: number) => {
      seed = (seed * 16807) % 2147483647;
      return seed % below;
    };
    const blocks = [
      "So it is $x_1 = 2$, and that is all.",
      "# A title",
      "- one\n- two\n  - three\n- `four`",
      "1. first\n\n   more of it\n2. second",
      "|a|b|\n|-|-|\n|1|$2$|\n|3|4|",
      "```py\nfor i in range(3):\n    print(i)\n```",
      "> A quote **in bold**, and\n> a second line",
      "$$\\frac{1}{2}$$",
      "Hm, [a link](https://a.org) and _more_ words.",
      "---",
      "Line one\\\nline two",
    ];
    const mutate = (text: string) => {
      const at = random(text.length);
      return random(2)
        ? text.slice(0, at) + text.slice(at + 1 + random(4))
        : `${text.slice(0, at)}x y ${text.slice(at)}`;
    };
    const text = () =>
      Array.from({ length: 1 + random(5) }, () => blocks[random(blocks.length)]).join("\n\n");
    const plain = (root: Element, gone: string) => {
      const copy = root.cloneNode(true) as Element;
      for (const node of copy.querySelectorAll(`${gone}.r1-diff-change`)) node.remove();
      return read(copy)
        .replace(/\[-|-\]|\{\+|\+\}/g, "")
        .replace(/\s+/g, "");
    };
    for (let round = 0; round < 60; round++) {
      const before = text();
      const after = random(3) ? mutate(before) : text();
      const { made, openAll } = prose(before, after);
      openAll();
      expect(plain(made.element, "ins"), `${before}\n=====\n${after}`).toBe(alone(before));
      expect(plain(made.element, "del"), `${before}\n=====\n${after}`).toBe(alone(after));
    }
  });
});

/** A text as it is drawn alone: everything was added. */
function alone(source: string): string {
  const { made, openAll } = prose("", source);
  openAll();
  return read(made.element)
    .replace(/\[-|-\]|\{\+|\+\}/g, "")
    .replace(/\s+/g, "");
}
