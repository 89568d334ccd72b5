// What is left out of the bundles, and of other people's packages: plugins of esbuild.

import { readFileSync } from "node:fs";
import { build } from "esbuild";

/**
 * The module of Temml has mhchem in it, 45 kB for \\ce{…}, of which there is none in 270 traces of reasoning models. Its
 * script for pages has not. What is in the script's function becomes a module, which exports what is used here, and so leaves
 * out what only the rest needs, 4 kB.
 */
export function temmlWithoutChemistry() {
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
export function markdownItWithoutTables() {
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

/** The stylesheet is written for people; in the bundle it is text, so it is made small first. */
export function smallCss() {
  return {
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
}
