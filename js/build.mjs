// Builds the two files that a kernel sends to a page, and prints what each part of them weighs.
// `--demo` builds the page of index.html instead: the view, and a conversation from a script.
import { readFileSync } from "node:fs";
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
  plugins: [temmlWithoutChemistry()],
};

/**
 * The module of Temml has mhchem in it, 45 kB for \\ce{…}, of which there is none in 270 traces of reasoning models. Its
 * script for pages has not; what a script lacks is the export.
 */
function temmlWithoutChemistry() {
  return {
    name: "temml-without-chemistry",
    setup(builder) {
      builder.onLoad({ filter: /[\\/]temml[\\/]dist[\\/]temml\.mjs$/ }, ({ path }) => ({
        contents: `${readFileSync(path.replace(/mjs$/, "js"), "utf8")}\nexport default temml;\n`,
        loader: "js",
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

if (process.argv.includes("--demo")) {
  await build({ ...options, minify: false, entryPoints: ["src/demo.ts"], outdir: "demo" });
  console.log("Open index.html through any static server.");
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
