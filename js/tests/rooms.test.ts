// Which way the files of js/src import: one room from another in one order, and no circle between files. Imports of types
// count as others do: who wants to understand a file reads what its types are.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/** Each room, the lowest first, and the rooms that it may import from. What stands in no room, such as library.ts, is its own. */
const ROOMS: Record<string, string[]> = {
  wire: [],
  styles: [],
  // Some of what is said is of messages: who wrote what, what an engine does.
  texts: ["wire"],
  dom: ["texts"],
  // What everything on the page is made of: the one button, the one menu, icons.
  kit: ["dom"],
  state: ["wire", "texts"],
  // The state says which words aren't the model's.
  markdown: ["wire", "texts", "dom", "kit", "state"],
  thought: ["texts", "dom", "kit", "state", "markdown"],
  // What a fork's continuations differ in begins in their thought.
  versions: ["wire", "texts", "dom", "kit", "state", "markdown", "thought"],
  // What is known of a turn beyond its text, and where in the text that is.
  checking: ["wire", "texts", "dom", "kit", "state", "markdown", "thought"],
  turn: ["wire", "texts", "dom", "kit", "state", "markdown", "thought", "versions", "checking"],
  // What stands for a kernel where a conversation is there to be read.
  archive: ["wire"],
  chat: ["wire", "texts", "dom", "kit", "state", "markdown", "turn", "styles", "archive"],
  "library.ts": ["wire", "state", "chat"],
  // What is fetched when it is first used; library.ts imports none of it.
  "extras.ts": ["wire", "markdown", "versions"],
  // What gets these two. It and the loader, which a kernel sends once for each widget, are state, so they are small.
  "bundles.ts": ["wire"],
  "loader.ts": ["wire", "texts"],
  // The page that is a file.
  "standalone.ts": ["wire", "state", "chat", "archive", "extras.ts"],
  // A page of its own, with the library and what stands for a kernel.
  demo: ["wire", "dom", "state", "library.ts", "extras.ts"],
};

/** Circles by types alone that stay, as [from, to], and why. */
const TYPES_ALONE: [string, string][] = [
  // These rules are files of the same names in r1widget/export/dialect, where the state of a line is the line's file too.
  ["markdown/dialect/emphasis.ts", "markdown/dialect/inline.ts"],
  ["markdown/dialect/strike.ts", "markdown/dialect/inline.ts"],
];

interface Import {
  from: string;
  to: string;
  /** `import type`, or `export type`: gone at run time. */
  isType: boolean;
}

const SRC = "src";
/** The one file from outside: words that exports and terminals say too. */
const WORDS = "../../r1widget/conversation/outcomes.json";
/** From a statement's first word to its address; of what is imported for its effect alone, and when it is needed, too. */
const STATEMENT =
  /^(?:import|export)\s+(?<type>type\b)?[\w\s{},*$]*?from\s*["'](?<named>\.[^"']+)["']|^import\s*["'](?<bare>\.[^"']+)["']|\bimport\(\s*["'](?<late>\.[^"']+)["']/gm;

/** What is imported in `text`, the file `from`. */
function importsIn(from: string, text: string): Import[] {
  return [...text.matchAll(STATEMENT)].map(({ groups = {} }) => ({
    from,
    to: normalize(join(dirname(from), groups.named ?? groups.bare ?? groups.late ?? "")).replaceAll(
      "\\",
      "/",
    ),
    isType: groups.type !== undefined,
  }));
}

const files = (readdirSync(SRC, { recursive: true }) as string[])
  .map(path => path.replaceAll("\\", "/"))
  .filter(path => path.endsWith(".ts"));
const all = files
  .flatMap(path => importsIn(path, readFileSync(`${SRC}/${path}`, "utf8")))
  .filter(({ to }) => to !== WORDS && !to.startsWith("../assets/"));
/** Without the circles that stay. */
const judged = all.filter(
  ({ from, to, isType }) => !(isType && TYPES_ALONE.some(([one, other]) => one === from && other === to)),
);
const roomOf = (path: string) => path.split("/")[0] ?? "";

/** The imports that go against the order. */
const against = (imports: Import[]) =>
  imports
    .filter(({ from, to }) => roomOf(from) !== roomOf(to) && !ROOMS[roomOf(from)]?.includes(roomOf(to)))
    .map(({ from, to }) => `${from} imports ${to}`);

/** A way from a file back to itself; undefined: there is none. */
function circleIn(imports: Import[]): string[] | undefined {
  const below = new Map<string, string[]>();
  for (const { from, to } of imports) below.set(from, [...(below.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of below.get(path) ?? []) {
      const circle = visit(next, [...way, path]);
      if (circle) return circle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of below.keys()) {
    const circle = visit(path, []);
    if (circle) return circle;
  }
  return undefined;
}

/** The file and all that it needs at run time. */
function bundleOf(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const { from, to, isType } of all) if (from === path && !isType) bundleOf(to, found);
  return found;
}

describe("imports", () => {
  it("are all seen", () => {
    const text = [
      'import "./a.css";',
      'import b, { type C } from "./b.ts";',
      'import type {\n  D,\n  E,\n} from "../d.ts";',
      'export { f } from "./f.ts";',
      'export type * from "./g.ts";',
      'const late = await import("./h.ts");',
      'import other from "a-package";',
    ].join("\n");
    const seen = importsIn("room/x.ts", text).map(({ to, isType }) => [to, isType]);
    expect(seen).toEqual([
      ["room/a.css", false],
      ["room/b.ts", false],
      ["d.ts", true],
      ["room/f.ts", false],
      ["room/g.ts", true],
      ["room/h.ts", false],
    ]);
    // Each path in a file that begins with a dot is one of a file that is there.
    const there = new Set(
      readdirSync(SRC, { recursive: true }).map(path => String(path).replaceAll("\\", "/")),
    );
    expect(all.filter(({ to }) => !there.has(to))).toEqual([]);
    expect(all.length).toBeGreaterThan(300);
  });

  it("go one way between rooms", () => {
    expect(against(all)).toEqual([]);
    expect([...new Set(files.map(roomOf))].filter(room => !ROOMS[room])).toEqual([]);
    // The list itself has an order: each room comes after those that it imports from.
    const order = Object.keys(ROOMS);
    for (const [room, below] of Object.entries(ROOMS))
      for (const other of below)
        expect(order.indexOf(other), `${other} below ${room}`).toBeLessThan(order.indexOf(room));
  });

  it("are in no circle, by types neither", () => {
    expect(circleIn(all.filter(({ isType }) => !isType))).toBeUndefined();
    expect(circleIn(judged)).toBeUndefined();
  });

  it("bring no file into the library and into the extras", () => {
    const [library, extras] = ["library.ts", "extras.ts"].map(path => bundleOf(path));
    expect(library?.size).toBeGreaterThan(80);
    expect([...(extras ?? [])].filter(path => library?.has(path))).toEqual([]);
    expect(extras).toContain("markdown/typeset.ts");
  });

  it("would be found, if they went another way", () => {
    const up = importsIn("state/store.ts", 'import type { TurnView } from "../turn/turn.ts";');
    expect(against(up)).toEqual(["state/store.ts imports turn/turn.ts"]);
    const back = importsIn("wire/protocol.ts", 'import { isToPage } from "./guard.ts";');
    expect(circleIn([...judged, ...back])).toEqual(["wire/protocol.ts", "wire/guard.ts", "wire/protocol.ts"]);
  });
});
