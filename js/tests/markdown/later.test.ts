// What a text looks like before the extras have come, and when they have.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import all from "../../src/extras.ts";
import { Markdown } from "../../src/markdown/markdown.ts";
import { en } from "../../src/texts/en.ts";
import { type ExtrasExports, extras } from "../../src/wire/extras.ts";
import { draw } from "../shown.ts";

let now: ExtrasExports | undefined;
let fetched: ReturnType<typeof vi.spyOn>;
let settle: { come: () => Promise<void>; fail: () => Promise<void> };

beforeEach(() => {
  vi.useFakeTimers();
  now = undefined;
  vi.spyOn(extras, "now", "get").mockImplementation(() => now);
  let [resolve, reject] = [(_: ExtrasExports) => {}, (_: Error) => {}];
  const promise = new Promise<ExtrasExports>((kept, broken) => {
    [resolve, reject] = [kept, broken];
  });
  fetched = vi.spyOn(extras, "fetch").mockReturnValue(promise);
  const done = async () => {
    await vi.advanceTimersByTimeAsync(0);
    draw();
  };
  settle = {
    come: () => {
      now = all;
      resolve(all);
      return done();
    },
    fail: () => {
      reject(new Error("none"));
      return done();
    },
  };
});
afterEach(() => vi.useRealTimers());

function view(text: string, ended = true) {
  const holder = document.createElement("div");
  const markdown = new Markdown(holder, en);
  let redrawn = 0;
  markdown.redrawn = () => void redrawn++;
  markdown.write(text);
  if (ended) markdown.end();
  markdown.draw();
  return { holder, markdown, redrawn: () => redrawn };
}

it("shows the source of a formula, and the formula when that can be drawn", async () => {
  const { holder, redrawn } = view("Before.\n\nSo $x^2$ is\n\n$$\\frac{1}{2}$$\n\nAfter.");
  const paragraphs = [...holder.querySelectorAll("p")];
  expect([...holder.querySelectorAll(".r1-math > .r1-tex")].map(({ textContent }) => textContent)).toEqual([
    "x^2",
    "\\frac{1}{2}",
  ]);
  expect(holder.querySelector("math")).toBeNull();
  await settle.come();
  expect(holder.querySelectorAll(".r1-math > math").length).toBe(2);
  expect(holder.querySelector(".r1-tex")).toBeNull();
  expect([...holder.querySelectorAll("p")], "in the same place").toEqual(paragraphs);
  expect(redrawn(), "each block that has one").toBe(2);
});

it("gives code its colours when they have come, and keeps what has none", async () => {
  const { holder } = view('```python\nprint("a")\n```\n\n```\nplain\n```\n');
  const [coloured, plain] = holder.querySelectorAll("code");
  expect(coloured?.childElementCount).toBe(0);
  await settle.come();
  expect(coloured?.querySelector(".hljs-string")?.textContent).toBe('"a"');
  expect(coloured?.textContent).toBe('print("a")');
  expect(plain?.childElementCount).toBe(0);
});

it("draws what is still being written, and draws on", async () => {
  const { holder, markdown, redrawn } = view("It is $x$ so", false);
  expect(holder.querySelector("math")).toBeNull();
  await settle.come();
  expect(holder.querySelector("math")?.textContent).toBe("x");
  expect(redrawn()).toBe(1);
  markdown.write(" far.\n\nEnd.");
  markdown.end();
  markdown.draw();
  expect(holder.textContent).toContain("so far.");
  expect(holder.querySelectorAll("math").length).toBe(1);
});

it.each(["Plain *text*, `code` and a [link](https://a.example).", "```\nno language\n```", "$$\nunfinished"])(
  "needs none of it for %j",
  text => {
    view(text, false);
    expect(fetched).not.toHaveBeenCalled();
  },
);

it("keeps the source where they can't be had", async () => {
  const { holder } = view("So $x^2$.");
  await settle.fail();
  expect(holder.querySelector(".r1-math > .r1-tex")?.textContent).toBe("x^2");
});

it("draws nothing again that is gone", async () => {
  const { holder, redrawn } = view("So $x^2$.");
  holder.replaceChildren();
  await settle.come();
  expect([holder.childNodes.length, redrawn()]).toEqual([0, 0]);
});
