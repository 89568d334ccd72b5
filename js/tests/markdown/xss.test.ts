// Everything in tests/xss through Markdown: only elements and attributes that we make come out, whatever goes in, also
// while it is half written. That nothing runs in a browser is shown in tests/browser/test_xss.py.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sanitize } from "../../src/markdown/sanitize.ts";
import { drawn, tokens } from "../drawn.ts";

const OURS = "../tests/xss";
const NAUGHTY = "node_modules/big-list-of-naughty-strings/blns.json";
/** More public collections, where they lie beside the repository. */
const BESIDE = "../../shared/data/xss";

const listed = [OURS, BESIDE]
  .filter(existsSync)
  .flatMap(folder => readdirSync(folder).map(name => `${folder}/${name}`))
  .filter(path => path.endsWith(".json"));

const collections = [...listed, NAUGHTY].map(path => ({
  name: basename(path, ".json"),
  ours: path.startsWith(OURS),
  vectors: (JSON.parse(readFileSync(path, "utf8")) as string[]).filter(text => text.trim() !== ""),
}));

const ELEMENTS = new Set(
  (
    "a blockquote br button code del div em h1 h2 h3 h4 h5 h6 hr li ol p pre span strong table tbody td th thead tr ul " +
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub " +
    "msubsup msup mtable mtd mtext mtr munder munderover mprescripts none semantics annotation"
  ).split(" "),
);
const ATTRIBUTES = new Set(
  "align class data-address data-alt data-info data-r1-act href lang rel start target title type".split(" "),
);
const ACTS = new Set(["image", "copy-code"]);

/** What is wrong with an element, or nothing. */
function wrong(node: Element): string | undefined {
  const inMath = node.closest("math") !== null;
  if (!ELEMENTS.has(node.localName)) return `an element ${node.localName}`;
  for (const { name, value } of node.attributes) {
    if (/^on/i.test(name) || /(?:java|vb)script:|data:|url\(|expression/i.test(inMath ? value : ""))
      return `an attribute ${name}=${value}`;
    if (name === "href" && !/^(?:https?:\/\/|mailto:)/i.test(value)) return `an address ${value}`;
    if (name === "data-address" && !/^https?:\/\//i.test(value)) return `an image's address ${value}`;
    if (name === "data-r1-act" && !ACTS.has(value)) return `an act ${value}`;
    if (!inMath && !ATTRIBUTES.has(name)) return `an attribute ${name}`;
    if (inMath && ["href", "src", "id", "xlink:href"].includes(name))
      return `an attribute ${name} in a formula`;
  }
  if (
    node.localName === "a" &&
    node.hasAttribute("href") &&
    node.getAttribute("rel") !== "noopener noreferrer"
  )
    return "a link that gives its opener away";
  return undefined;
}

function wrongs(root: ParentNode): string[] {
  const found: string[] = [];
  for (const node of root.querySelectorAll("*")) {
    const problem = wrong(node);
    if (problem) found.push(problem);
  }
  return found;
}

/** Where in a text it may stand. */
const PLACES: ((vector: string) => string)[] = [
  vector => vector,
  vector => `[x](${vector}) ![x](${vector}) [x](<${vector}>) [${vector}](https://a.example "${vector}")`,
  vector => `- a\n\n  > ${vector.replaceAll("\n", "\n  > ")}\n`,
  vector => `| a |\n|---|\n| ${vector} |\n| ${vector.replaceAll("|", "\\|").replaceAll("\n", " ")} |`,
  vector => `[x]: ${vector} "${vector}"\n\n[x] ![x]`,
  vector => `\`${vector}\` **${vector}** <${vector}>`,
  vector => `\`\`\`${vector}\n${vector}\n\`\`\`\n\n\`\`\`javascript\n${vector}\n\`\`\``,
  vector => `$${vector}$ \\(\\text{${vector}}\\)\n\n$$${vector}$$`,
];

describe.each(collections)("$name", ({ vectors, ours }) => {
  it("is a collection", () => expect(vectors.length).toBeGreaterThan(30));

  it("does nothing, wherever it stands", { timeout: 120_000 }, async () => {
    for (const vector of vectors) {
      await setImmediate(); // jsdom lets go of a document only between two tasks
      for (const place of ours ? PLACES : PLACES.slice(0, 2)) {
        const text = place(vector);
        expect(wrongs(drawn([text])), text).toEqual([]);
      }
    }
  });

  it("does nothing while it is written", { timeout: 120_000 }, async () => {
    for (const [number, vector] of vectors.entries()) {
      if (vector.length > 400) continue;
      await setImmediate();
      const pieces = ours && vector.length < 60 ? vector : tokens(vector, number);
      const seen: string[] = [];
      drawn(pieces, holder => seen.push(...wrongs(holder)));
      expect(seen, vector).toEqual([]);
    }
  });

  it("does nothing as HTML either", () => {
    for (const vector of vectors) {
      const fragment = sanitize(vector);
      expect(
        wrongs(fragment).filter(problem => problem !== "an attribute data-r1-part"),
        vector,
      ).toEqual([]);
    }
  });
});

it("sees what is wrong", () => {
  for (const bad of [
    "<img src=x>",
    "<p onclick=alert(1)></p>",
    "<a href=javascript:alert(1) rel='noopener noreferrer'></a>",
    "<a href=http:/logout rel='noopener noreferrer'></a>",
    "<a href=https://a.example></a>",
    "<p style=color:red></p>",
    "<math><mi href=https://a.example></mi></math>",
    "<math><mi style='background:url(//a.example)'></mi></math>",
  ]) {
    const holder = document.createElement("div");
    holder.innerHTML = bad;
    expect(wrongs(holder), bad).toHaveLength(1);
  }
});
