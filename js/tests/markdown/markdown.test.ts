import { describe, expect, it } from "vitest";
import { Blocks, LONGEST } from "../../src/markdown/blocks.ts";
import { Markdown } from "../../src/markdown/markdown.ts";
import { Passage } from "../../src/markdown/passage.ts";
import { en } from "../../src/texts/en.ts";

/** Drawn after each piece, as it is in a page. */
function draw(pieces: Iterable<string>): HTMLElement {
  const holder = document.createElement("div");
  const markdown = new Markdown(holder, en);
  for (const piece of pieces) {
    markdown.write(piece);
    markdown.draw();
  }
  markdown.end();
  markdown.draw();
  return holder;
}

function blocks(pieces: Iterable<string>): string[] {
  const made: string[] = [];
  const cutter = new Blocks();
  const take = () => {
    for (let block = cutter.next(); block; block = cutter.next()) made.push(block.source);
  };
  for (const piece of pieces) {
    cutter.write(piece);
    take();
  }
  cutter.end();
  take();
  return made;
}

/** What a person reads; the formulas as their source. */
function read(holder: HTMLElement): string {
  const copy = holder.cloneNode(true) as HTMLElement;
  for (const math of copy.querySelectorAll<HTMLElement>(".r1-math")) math.replaceWith(`⟨${math.title}⟩`);
  return copy.textContent?.trim() ?? "";
}

function test(name: string, markdown: string, check: (holder: HTMLElement) => void): void {
  it(name, () => check(draw([markdown])));
  it(`${name}; by character`, () => {
    const holder = draw(markdown);
    check(holder);
    expect(holder.innerHTML).toBe(draw([markdown]).innerHTML);
  });
}

describe("math", () => {
  test("in four forms", "A $a_1$, \\(b_2\\).\n\n$$c$$\n\n\\[ d \\]\n", holder => {
    expect([...holder.querySelectorAll<HTMLElement>(".r1-math")].map(math => math.title)).toEqual([
      "a_1",
      "b_2",
      "c",
      "d",
    ]);
    expect(holder.querySelectorAll("math[display=block], math.tml-display").length).toBe(2);
    expect(holder.querySelector(".r1-tex, em")).toBeNull();
  });

  test("within a line, as display too", "so $$x$$ and \\[y\\] here", holder =>
    expect(read(holder)).toBe("so ⟨x⟩ and ⟨y⟩ here"),
  );

  for (const price of [
    "It is $5 and $6.",
    "$20,000 or $30,000",
    "from $5-$10",
    "a $ b $ c",
    "US$5 (A$7)",
    "\\$x\\$",
    "`$x$`",
  ]) {
    test(`is not in: ${price}`, price, holder => expect(holder.querySelector(".r1-math")).toBeNull());
  }

  test("a price and math in one line", "For $5 you get $x$ of them.", holder => {
    expect(read(holder)).toBe("For $5 you get ⟨x⟩ of them.");
  });

  test(
    "of several lines is no list and no heading",
    "\\[\na\n- b\n+ c\n= d\n\\]\n\nand\n$$\nx\n=\ny\n$$\n",
    holder => {
      expect(holder.querySelector("ul, h1, h2")).toBeNull();
      expect(holder.querySelectorAll("math").length).toBe(2);
    },
  );

  test("doesn't span a blank line", "$$a\n\n- b$$\n\nc", holder => {
    expect(holder.querySelector(".r1-math")).toBeNull();
    expect(holder.querySelectorAll("li").length).toBe(1);
  });

  test("never closed is text after all", "one\n\\[ a\n- b\n- c", holder => {
    expect(holder.querySelectorAll("li").length).toBe(2);
  });

  test("in a list, with lines of its own", "1. So\n   \\[\n   a\n   - b\n   \\]\n2. And $x$\n", holder => {
    expect(holder.querySelectorAll("ol > li").length).toBe(2);
    expect(holder.querySelectorAll("math").length).toBe(2);
    expect(holder.querySelector("ul")).toBeNull();
  });

  test("with a star inside emphasis", "**so $x*y$ holds**", holder => {
    expect(holder.querySelector("strong")?.textContent).toContain("holds");
  });

  test("that is boxed has a box", "$\\boxed{408}$", holder => {
    const box = holder.querySelector<HTMLElement>("math [style*=border]");
    expect(box?.textContent).toBe("408");
  });

  test("that can't be drawn is shown as written", "\\(\\frac{1\\) and $\\nonsense{x}$", holder => {
    expect([...holder.querySelectorAll(".r1-tex")].map(code => code.textContent)).toEqual([
      "\\frac{1",
      "\\nonsense{x}",
    ]);
  });

  test("with a full stop after it on its line", "$$x = 1$$.\n\nNext", holder => {
    expect(holder.querySelector("math")?.textContent).toMatch(/1\s*\.$/);
  });
});

describe("blocks", () => {
  test("a table", "Before\n\n| a | b |\n|:--|--:|\n| 1 | $x$ |\n\nAfter", holder => {
    expect(holder.querySelectorAll(".r1-table > table td").length).toBe(2);
    expect(holder.querySelector("td[align=right] math")).not.toBeNull();
  });

  test("a nested list, loose", "1. one\n\n   - a\n   - b\n\n2. two\n\n3. three\n\nText\n", holder => {
    expect(holder.querySelectorAll(":scope > ol").length).toBe(1);
    expect(holder.querySelectorAll(":scope > ol > li").length).toBe(3);
    expect(holder.querySelectorAll("ol ul li").length).toBe(2);
  });

  test("a list whose number may still be a paragraph", "1. a\n\n2\n\n3. c\n", holder => {
    expect(holder.querySelectorAll("ol").length).toBe(2);
    expect(holder.querySelector("p")?.textContent).toBe("2");
  });

  test(
    "a fence, with markdown in it that isn't",
    "```python\nx = '$a$'  # **no**\n\n- no\n```\n\nAfter",
    holder => {
      expect(holder.querySelector("pre")?.textContent).toBe("x = '$a$'  # **no**\n\n- no");
      expect(holder.querySelector(".r1-code .hljs-string")).not.toBeNull();
      expect(holder.querySelector("pre .r1-math, pre strong, li")).toBeNull();
    },
  );

  test("a fence that is never closed", "```\na\n\nb", holder =>
    expect(holder.querySelector("pre")?.textContent).toBe("a\n\nb"),
  );
  test("a heading under its line", "Title\n=====\n\nText", holder =>
    expect(holder.querySelector("h1")?.textContent).toBe("Title"),
  );
  test("line breaks", "one\ntwo<br>three", holder => expect(holder.querySelectorAll("br").length).toBe(2));
  test("tasks", "- [x] done\n- [ ] open", holder => expect(read(holder)).toMatch(/☑ done\s*☐ open/));
  test("Windows line ends", "a\r\n\r\n- b\r\n- c\r\n", holder =>
    expect(holder.querySelectorAll("p, li").length).toBe(3),
  );
  test(
    "tags are text, and what is in them is markdown",
    "<answer>**4**</answer>\n\n<think>\nhm\n</think>",
    holder => {
      expect(read(holder).replaceAll("\n", "")).toBe("<answer>4</answer><think>hm</think>");
      expect(holder.querySelector("strong")?.textContent).toBe("4");
    },
  );

  test("a link by its definition", "[a]: https://example.org\n\nSee [a].\n", holder => {
    expect(holder.querySelector("a")?.getAttribute("href")).toBe("https://example.org");
  });

  test("white space before and after", "\n\n  \nText\n\n\n", holder =>
    expect(holder.innerHTML).toBe("<p>Text</p>\n"),
  );
});

it("cuts the same blocks from any pieces", () => {
  const source = [
    "# T",
    "para\nline",
    "1. a\n2. b\n\n   c",
    "- x\n  - y",
    "> q\nlazy",
    "```js\nlet a = 1;\n\n```",
    "| a |\n|---|\n| 1 |",
    "\\[\na\n- b\n\\]",
    "$$\nx",
    "    indented",
    "---",
    "*e* `c` $m$",
  ];
  let seed = 7;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 120; round++) {
    const text = Array.from(
      { length: 5 },
      () => source[Math.floor(random() * source.length)] + (random() < 0.7 ? "\n\n" : "\n"),
    ).join("");
    const whole = blocks([text]);
    expect(blocks(text), JSON.stringify(text)).toEqual(whole);
    expect(whole.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
  }
});

describe("what is long", () => {
  const inPieces = (text: string) => text.match(/[\s\S]{1,700}/gu) ?? [];

  it("is cut into blocks of bounded length, wherever the pieces end", () => {
    for (const text of [
      "word ".repeat(6000),
      "x".repeat(30_000),
      "🙂".repeat(10_000),
      "- item\n".repeat(4000),
      "\n".repeat(40_000),
    ]) {
      const whole = blocks([text]);
      expect(Math.max(0, ...whole.map(block => block.length))).toBeLessThanOrEqual(LONGEST);
      expect(blocks(inPieces(text))).toEqual(whole);
      expect(whole.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      expect(whole.every(block => !/[\ud800-\udbff]$/.test(block))).toBe(true);
    }
  });

  it("code goes on as code, and a table as a table", () => {
    const code = draw([`\`\`\`text\n${"x = 1\n".repeat(1500)}\`\`\`\n\nAfter`]);
    expect(code.querySelectorAll(".r1-code.r1-continued").length).toBe(
      code.querySelectorAll(".r1-code").length - 1,
    );
    expect([...code.querySelectorAll("pre")].map(pre => pre.textContent).join("\n")).toBe(
      "x = 1\n".repeat(1500).trimEnd(),
    );
    expect(code.lastElementChild?.textContent).toBe("After");
    const table = draw([`| a | b |\n|---|---|\n${"| 1 | 2 |\n".repeat(900)}`]);
    expect(table.querySelectorAll("tbody tr").length).toBe(900);
    expect(table.querySelector("p")).toBeNull();
  });
});

it("draws a finished block once", () => {
  const holder = document.createElement("div");
  const markdown = new Markdown(holder, en);
  markdown.write("One\n\nTwo\nTw");
  markdown.draw();
  const first = holder.firstElementChild;
  expect(first?.textContent).toBe("One");
  markdown.write("o and\n\nThree");
  markdown.end();
  markdown.draw();
  expect(holder.firstElementChild).toBe(first);
  expect([...holder.children].map(child => child.textContent)).toEqual([
    "One",
    "Two\nTwo and".replace("\n", ""),
    "Three",
  ]);
});

it("cuts no paragraph where what is read at once happens to end", () => {
  const paragraph = "A paragraph of fifty characters or so, and no more.\n\n";
  const text = paragraph.repeat(1000);
  expect(new Set(blocks([text]))).toEqual(new Set([paragraph.slice(0, -2)]));
  expect(blocks(text.match(/[\s\S]{1,1997}/g) ?? [])).toEqual(blocks([text]));
});

it("can begin again with another text", () => {
  const holder = document.createElement("div");
  const passage = new Passage(holder, en);
  passage.write("[a]: https://example.org\n\nOld");
  passage.end();
  passage.draw(Number.POSITIVE_INFINITY);
  passage.clear();
  passage.write("New [a]");
  passage.end();
  passage.draw(Number.POSITIVE_INFINITY);
  expect(holder.innerHTML.trim()).toBe("<p>New [a]</p>");
});
