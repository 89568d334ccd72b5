// The page's own code, and a page for it: what a script needs to draw as a browser would.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { JSDOM } from "jsdom";

/** The exports of `contents`, a module in TypeScript that imports from "./src/…". */
export async function load(contents) {
  const { window } = new JSDOM("<!doctype html>");
  const names = [
    "AbortController",
    "document",
    "DOMParser",
    "DocumentFragment",
    "Element",
    "HTMLElement",
    "Node",
    "NodeFilter",
    "Text",
  ];
  Object.assign(globalThis, { window, ...Object.fromEntries(names.map(name => [name, window[name]])) });
  // jsdom's MathML has no inline styles; a browser's has.
  Object.defineProperty(window.Element.prototype, "style", { get: () => ({}) });
  const folder = await mkdtemp(join(tmpdir(), "r1widget-"));
  try {
    const outfile = join(folder, "page.mjs");
    const stdin = { contents, resolveDir: process.cwd(), loader: "ts" };
    const loader = { ".woff2": "binary" };
    const target = "es2022"; // as build.mjs
    await build({ stdin, bundle: true, outfile, format: "esm", platform: "node", target, loader });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
