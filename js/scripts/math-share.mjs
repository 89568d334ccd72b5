// How much of the math in a file of texts is drawn: `node scripts/math-share.mjs texts.jsonl [--failures 30]`.
// A line of the file is an object; its `reasoning` and `answer` are read as markdown, as a page reads them.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { JSDOM } from "jsdom";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { failures: { type: "string", default: "30" } },
});
const [file] = positionals;
if (!file) throw new Error("Name the file: node scripts/math-share.mjs texts.jsonl");

// The page's own code, which wants a page.
const { window } = new JSDOM("<!doctype html>");
Object.assign(globalThis, { window, document: window.document, Element: window.Element, Node: window.Node });
// jsdom's MathML has no inline styles; a browser's has.
Object.defineProperty(window.Element.prototype, "style", { get: () => ({}) });
const { outputFiles } = await build({
  stdin: {
    contents: `export { allTokens } from "./src/parser.ts"; export { typeset } from "./src/math.ts";`,
    resolveDir: process.cwd(),
    loader: "ts",
  },
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
});
const page = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);

const counts = new Map();
const reasons = new Map();
let formulas = 0;
let failed = 0;

function count(text) {
  for (const token of page.allTokens(text))
    if (token.type === "displayMath" || token.type === "inlineMath") add(token);
}

/** How a formula is written: "$…$". */
function formOf(raw) {
  const open = raw.trimStart().startsWith("$$")
    ? "$$"
    : raw.trimStart().slice(0, raw.startsWith("$") ? 1 : 2);
  return { $: "$…$", $$: "$$…$$", "\\(": "\\(…\\)", "\\[": "\\[…\\]" }[open];
}

function add({ tex, display, raw }) {
  const form = formOf(raw);
  formulas++;
  const row = counts.get(form) ?? { found: 0, drawn: 0 };
  counts.set(form, row);
  row.found++;
  try {
    page.typeset(tex, display, document.createElement("span"));
    row.drawn++;
  } catch (error) {
    failed++;
    const reason = String(error.message)
      .split("\n")[0]
      .replace(/ at position.*/, "")
      .slice(0, 70);
    const sources = reasons.get(reason) ?? [];
    reasons.set(reason, [...sources, tex]);
  }
}

for await (const line of createInterface({ input: createReadStream(file) })) {
  const { reasoning, answer } = JSON.parse(line);
  for (const text of [reasoning, answer]) if (text) count(text);
}

const share = (part, whole) => `${((100 * part) / whole).toFixed(2)} %`;
for (const [form, { found, drawn }] of counts)
  console.log(
    `${form.padEnd(8)}${String(found).padStart(7)} found${String(drawn).padStart(7)} drawn  ${share(drawn, found)}`,
  );
console.log(
  `${"all".padEnd(8)}${String(formulas).padStart(7)} found${String(formulas - failed).padStart(7)} drawn  ${share(formulas - failed, formulas)}`,
);
for (const [reason, sources] of [...reasons].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`\n${sources.length} × ${reason}`);
  for (const tex of [...new Set(sources)].slice(0, Number(values.failures)))
    console.log(`    ${JSON.stringify(tex.slice(0, 160))}`);
}
