// How much of the math in a file of texts is drawn: `node scripts/math-share.mjs texts.jsonl [--failures 30]`.
// A line of the file is an object; its `reasoning` and `answer` are read as markdown, as a page reads them.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { load } from "./page.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { failures: { type: "string", default: "30" } },
});
const [file] = positionals;
if (!file) throw new Error("Name the file: node scripts/math-share.mjs texts.jsonl");

const page = await load(
  `export { tokensOf } from "./src/markdown/dialect/index.ts"; export { typeset } from "./src/markdown/typeset.ts";`,
);

const FORMS = { math_inline: "within a line", math_display: "display within a line", math_block: "display" };
const counts = new Map();
const reasons = new Map();
let formulas = 0;
let failed = 0;

function count(text) {
  for (const { type, content, children } of page.tokensOf(text, new Map(), false).tokens)
    for (const token of [{ type, content }, ...(children ?? [])]) if (token.type in FORMS) add(token);
}

function add({ type, content: tex }) {
  const form = FORMS[type];
  formulas++;
  const row = counts.get(form) ?? { found: 0, drawn: 0 };
  counts.set(form, row);
  row.found++;
  try {
    page.typeset(tex, type !== "math_inline", document.createElement("span"));
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
    `${form.padEnd(22)}${String(found).padStart(7)} found${String(drawn).padStart(7)} drawn  ${share(drawn, found)}`,
  );
console.log(
  `${"all".padEnd(22)}${String(formulas).padStart(7)} found${String(formulas - failed).padStart(7)} drawn  ${share(formulas - failed, formulas)}`,
);
for (const [reason, sources] of [...reasons].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`\n${sources.length} × ${reason}`);
  for (const tex of [...new Set(sources)].slice(0, Number(values.failures)))
    console.log(`    ${JSON.stringify(tex.slice(0, 160))}`);
}
