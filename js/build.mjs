// Builds the four files that a kernel sends to a page, and the script of a page that is a file; prints what is in each and what
// it weighs.
// `--demo [FOLDER]` builds the page of index.html instead: the view, and conversations from scripts.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { markdownItWithoutTables, smallCss, temmlWithoutChemistry } from "./slim.mjs";

/**
 * Minified bytes. A kernel sends the library once for each page, the extras when a page first needs something of them, what
 * gets them (bundles) once, and a loader once for each widget. The last two are state, which may be saved in a notebook's file.
 */
const BUDGET = { "library.js": 420_000, "extras.js": 310_000, "bundles.js": 2_000, "loader.js": 3_000 };
/** The page that is a file has all of it: the library, the extras, and the conversation beside them. */
const STANDALONE = { "standalone.js": 740_000 };
const STATIC = "../r1widget/static";

const options = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text", ".woff2": "binary" },
  metafile: true,
  logLevel: "warning",
  plugins: [temmlWithoutChemistry(), markdownItWithoutTables()],
};

/** The package that an input file belongs to, or the room of this one. */
function part(path) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? /^src\/(\w+)\//.exec(path);
  return found ? found[1] : "src";
}

function report(name, output, text) {
  const sizes = new Map();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    sizes.set(part(path), (sizes.get(part(path)) ?? 0) + bytesInOutput);
  }
  const kilo = bytes => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;
  console.log(`${name.padEnd(16)}${kilo(output.bytes)}  (${kilo(gzipSync(text).length).trim()} gzipped)`);
  for (const [label, bytes] of [...sizes].sort((a, b) => b[1] - a[1])) {
    console.log(`  ${label.padEnd(14)}${kilo(bytes)}`);
  }
}

/** The files of which something is in an output. */
function contents({ outputs }, name) {
  const { inputs } = outputs[name];
  return Object.keys(inputs).filter(path => inputs[path].bytesInOutput > 0);
}

/** The packages that have something in the outputs, each with its licence: minified code has no notice of its own. */
function licences(metafiles) {
  const packages = new Set(
    metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))),
  );
  const names = [...packages]
    .map(path => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter(Boolean);
  return [...new Set(names)].sort().map(name => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find(each => /^licen[cs]e(?:\.\w+)?$/i.test(each));
    if (!file) throw new Error(`${name} has no licence beside it.`);
    return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
  });
}

/**
 * The script, as it can stand in a `<script>`: to HTML a comment that begins there, with an element in it, has no end but its own.
 * Minified code has a `<` before these words in strings and expressions alone, where `\\x3C` is the same.
 */
function withinElement(code) {
  return code.replaceAll(/<(?=!--|\/?script)/gi, "\\x3C");
}

const demo = process.argv.indexOf("--demo");
if (demo > 0) {
  const folder = process.argv[demo + 1] ?? "demo";
  const sheet = {
    name: "a-sheet-of-its-own",
    setup(builder) {
      // The page's own stylesheet is a file beside it; the view's two are text, as in the library.
      builder.onLoad({ filter: /[\\/]demo\.css$/ }, ({ path }) => ({
        contents: readFileSync(path),
        loader: "css",
      }));
    },
  };
  await build({
    ...options,
    plugins: [...options.plugins, sheet],
    minify: false,
    // A script, not a module: the page can be opened as a file.
    format: "iife",
    entryPoints: { demo: "src/demo/page.ts" },
    outdir: folder,
  });
  copyFileSync("index.html", `${folder}/index.html`);
  console.log(`Open ${folder}/index.html.`);
} else {
  const { metafile } = await build({
    ...options,
    plugins: [...options.plugins, smallCss()],
    entryPoints: Object.keys(BUDGET).map(name => `src/${name.replace(/js$/, "ts")}`),
    outdir: STATIC,
  });
  const alone = await build({
    ...options,
    plugins: [...options.plugins, smallCss()],
    // A script and not a module: its page can be opened as a file.
    format: "iife",
    entryPoints: ["src/standalone.ts"],
    outdir: STATIC,
  });
  for (const path of Object.keys(alone.metafile.outputs))
    writeFileSync(path, withinElement(readFileSync(path, "utf8")));
  writeFileSync(
    `${STATIC}/licences.txt`,
    licences([metafile, alone.metafile]).join(`\n${"-".repeat(80)}\n\n`),
  );
  const problems = [];
  const budgets = { ...BUDGET, ...STANDALONE };
  for (const [path, output] of Object.entries({ ...metafile.outputs, ...alone.metafile.outputs })) {
    const name = path.split("/").at(-1);
    report(name, output, readFileSync(path));
    if (output.bytes > budgets[name])
      problems.push(`${name} is larger than its budget of ${budgets[name]} bytes (build.mjs).`);
  }
  // A module in both would be two in the page, each with its own state.
  const [library, extras] = ["library", "extras"].map(name => contents(metafile, `${STATIC}/${name}.js`));
  for (const path of library) if (extras.includes(path)) problems.push(`${path} is in both bundles.`);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
