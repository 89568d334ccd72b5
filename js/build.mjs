// Builds the two files that a kernel sends to a page, and prints what each part of them weighs.
// `--demo [FOLDER]` builds the page of index.html instead: the view, and conversations from scripts.
import { copyFileSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Minified bytes; a kernel sends the library once for each page, a loader once for each widget. */
const BUDGET = { "library.js": 420_000, "loader.js": 3_000 };
const STATIC = "../r1widget/static";

const options = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
  metafile: true,
  logLevel: "warning",
  plugins: [temmlWithoutChemistry(), markdownItWithoutTables()],
};

/**
 * The module of Temml has mhchem in it, 45 kB for \\ce{…}, of which there is none in 270 traces of reasoning models. Its
 * script for pages has not. What is in the script's function becomes a module, which exports what is used here, and so leaves
 * out what only the rest needs, 4 kB.
 */
function temmlWithoutChemistry() {
  const [begin, end] = [/^var temml = \(function \(\) \{\s*'use strict';/, /\n {2}var temml\$1 = \{[\s\S]*$/];
  return {
    name: "temml-without-chemistry",
    setup(builder) {
      builder.onLoad({ filter: /[\\/]temml[\\/]dist[\\/]temml\.mjs$/ }, ({ path }) => {
        const script = readFileSync(path.replace(/mjs$/, "js"), "utf8");
        if (!begin.test(script) || !end.test(script)) throw new Error(`${path} is built otherwise now.`);
        const body = script.replace(begin, "").replace(end, "");
        return { contents: `${body}\nexport default { render };\n`, loader: "js" };
      });
    },
  };
}

/**
 * Of markdown-it we import the rules that we use, one by one. They bring tables of characters and of entities, 85 kB, which
 * a browser has; and a reader of addresses, which no rule of ours calls.
 */
function markdownItWithoutTables() {
  return {
    name: "markdown-it-without-tables",
    setup(builder) {
      builder.onResolve({ filter: /^entities$/ }, () => ({
        path: `${import.meta.dirname}/src/markdown/entities.ts`,
      }));
      builder.onResolve({ filter: /^(?:uc\.micro|mdurl)$/ }, ({ path }) => ({
        path,
        namespace: "empty",
        sideEffects: false,
      }));
      builder.onLoad({ filter: /.*/, namespace: "empty" }, () => ({
        contents: "export const P = /\\p{P}/u, S = /\\p{S}/u",
      }));
    },
  };
}

/** The package, or the part of this one, that an input file belongs to. */
function part(path) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  return found ? found[1] : "r1widget";
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
  // The stylesheet is written for people; in the bundle it is text, so it is made small first.
  const css = {
    name: "small-css",
    setup(builder) {
      builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const { outputFiles } = await build({
          entryPoints: [path],
          minify: true,
          write: false,
          target: "es2022",
          loader: { ".css": "css" },
        });
        return { contents: outputFiles[0].text, loader: "text" };
      });
    },
  };
  const { metafile } = await build({
    ...options,
    plugins: [...options.plugins, css],
    entryPoints: ["src/library.ts", "src/loader.ts"],
    outdir: STATIC,
  });
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const name = path.split("/").at(-1);
    report(name, output, readFileSync(path));
    if (output.bytes > BUDGET[name]) {
      console.error(`${name} is larger than its budget of ${BUDGET[name]} bytes (build.mjs).`);
      process.exitCode = 1;
    }
  }
}
