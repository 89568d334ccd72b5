// What a reader sees of texts on the page, for tests/visible.py: `node scripts/visible.mjs < texts.jsonl`. A line of the
// input is JSON, ["reasoning" or "answer", text]; a line of the output what is seen of it, with formulas as their TeX between
// two signs, and before an item of an ordered list a sign and its number.

import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { load } from "./page.mjs";

const { Markdown, Thought, all, en, extras } = await load(`
  export { Markdown } from "./src/markdown/markdown.ts";
  export { Thought } from "./src/thought/thought.ts";
  export { en } from "./src/texts/en.ts";
  export { default as all } from "./src/extras.ts";
  export { extras } from "./src/wire/extras.ts";
`);
extras.take(all);

const [OPEN, CLOSE, NUMBER] = ["\ue000", "\ue001", "\ue002"];

function seen(node) {
  if (node instanceof Text) return node.data;
  if (node.matches(".r1-math")) return OPEN + (node.title || node.textContent) + CLOSE;
  // A language by its name; what was written is in the tooltip.
  if (node.dataset?.info !== undefined) return node.dataset.info;
  if (node.matches("button")) return node.dataset.alt === undefined ? "" : `image: ${node.dataset.alt}`;
  const within = [...node.childNodes].map(seen).join("");
  return node.matches("ol > li") ? `${NUMBER}${number(node)} ${within}` : within;
}

function number(item) {
  const before = item.previousElementSibling;
  if (item.hasAttribute("value")) return Number(item.getAttribute("value"));
  return before ? number(before) + 1 : Number(item.parentElement.getAttribute("start") ?? 1);
}

/** A thought is drawn step by step, an answer as a whole. */
function draw(kind, text) {
  const holder = document.createElement("div");
  const drawn =
    kind === "reasoning" ? new Thought(en, new AbortController().signal) : new Markdown(holder, en);
  if (kind === "reasoning") holder.append(drawn.element);
  drawn.write(text);
  drawn.end();
  if (kind === "reasoning") drawn.settle();
  else drawn.draw();
  return holder;
}

for await (const line of createInterface({ input: process.stdin })) {
  const holder = draw(...JSON.parse(line));
  process.stdout.write(`${JSON.stringify(seen(holder))}\n`);
  await setImmediate(); // jsdom lets go of a document only between two tasks
}
