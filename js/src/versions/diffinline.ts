// What changed within a paragraph, a heading, a cell: word by word, where a formula, a code and an image are one word each. It is
// read from what was drawn, so nothing of a text's notation can be cut in two.

import { element } from "../dom/dom.ts";
import type { Texts } from "../texts/index.ts";
import type { Run } from "../wire/extras.ts";
import type { Compare } from "./difflist.ts";
import { countWords, foldOf, type Side, signed } from "./diffsigns.ts";

const PIECES = /\s+|\p{Script=Han}|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;
/** The part of the shorter of two texts that is in the other too, so that they are compared word by word. */
const ALIKE = 0.45;
/** Words that stand between two changes and are fewer than this are part of the change. */
const ISLAND = 2;
/** So many words that stayed are folded, all but those beside a change. */
const FOLDED = 60;
const BESIDE = 14;

export interface Drawing {
  texts: Texts;
  compare: Compare;
}

/** One word, or what counts as one. */
interface Leaf {
  /** The same where two are: also what they stand in, such as bold text. */
  key: string;
  node: Node;
  /** The elements that it stands in, the outermost first. */
  path: readonly Element[];
  /** Whether a line ends here. */
  breaks: boolean;
}

/** Both as one text; undefined where they have nothing in common. `isGrowing`: what the second lacks at its end may come yet. */
export function mergedInline(
  before: readonly Node[],
  after: readonly Node[],
  isGrowing: boolean,
  { texts, compare }: Drawing,
): Node[] | undefined {
  const [one, other] = [leavesOf(before), leavesOf(after)];
  const found = withoutIslands(compare.runs(keysOf(one), keysOf(other), ALIKE), other);
  if (!haveWords(found, other)) return undefined;
  if (isGrowing) {
    const last = found.findLastIndex(({ type }) => type === "removed");
    if (last >= 0 && !found.slice(last).some(({ type }) => type === "same")) found.splice(last, 1);
  }
  const merged: Node[] = [];
  let [left, right] = [0, 0];
  for (const [index, { type, count }] of found.entries()) {
    if (type === "removed") {
      merged.push(changed("removed", one.slice(left, left + count), texts));
    } else if (type === "added") {
      merged.push(changed("added", other.slice(right, right + count), texts));
    } else {
      merged.push(...same(other.slice(right, right + count), index > 0, index < found.length - 1, texts));
    }
    if (type !== "added") left += count;
    if (type !== "removed") right += count;
  }
  return merged;
}

/** Whether a word stayed: a full stop in common is nothing. */
function haveWords(found: readonly Run[], after: readonly Leaf[]): boolean {
  let right = 0;
  return found.some(({ type, count }) => {
    const start = right;
    if (type !== "removed") right += count;
    return type === "same" && after.slice(start, right).some(isWord);
  });
}

function changed(side: Side, leaves: readonly Leaf[], texts: Texts): HTMLElement {
  const isBlock = leaves.some(({ node }) => node instanceof Element && node.matches(".r1-math-display"));
  return signed(side, [built(leaves)], texts, isBlock);
}

/** All leaves of nodes, in their order. */
function leavesOf(nodes: readonly Node[], path: readonly Element[] = []): Leaf[] {
  const names = path.map(nameOf).join(" ");
  return nodes.flatMap(node => {
    if (node instanceof Text) {
      const isCode = node.parentElement?.closest("pre") != null;
      return (node.data.match(PIECES) ?? []).map(text => ({
        key: `${names} ${isCode ? text : text.replace(/\s+/, " ")}`,
        node: document.createTextNode(text),
        path,
        breaks: isCode && text.includes("\n"),
      }));
    }
    if (!(node instanceof Element)) return [];
    if (isWhole(node)) {
      const key = `${names} ${nameOf(node)} ${wholeText(node)}`;
      return [{ key, node, path, breaks: node.localName === "br" }];
    }
    return leavesOf([...node.childNodes], [...path, node]);
  });
}

const keysOf = (leaves: readonly Leaf[]) => leaves.map(({ key }) => key);

const nameOf = (node: Element) => `${node.localName}${node.getAttribute("href") ?? ""}`;

/** What is shown whole or not at all. */
function isWhole(node: Element): boolean {
  return node.matches(".r1-math, .r1-image, br, hr") || (node.localName === "code" && !node.closest("pre"));
}

const wholeText = (node: Element) =>
  (node.matches(".r1-math") && node.getAttribute("title")) || node.textContent;

/** The leaves as they stood. */
function built(leaves: readonly Leaf[]): DocumentFragment {
  const root = document.createDocumentFragment();
  let open: readonly Element[] = [];
  const made: Node[] = [root];
  for (const { node, path } of leaves) {
    let shared = 0;
    while (shared < path.length && path[shared] === open[shared]) shared++;
    made.length = shared + 1;
    for (const outer of path.slice(shared)) {
      const copy = outer.cloneNode(false);
      (made.at(-1) as Node).appendChild(copy);
      made.push(copy);
    }
    (made.at(-1) as Node).appendChild(node.cloneNode(true));
    open = path;
  }
  root.normalize();
  return root;
}

/** As it is beside a change, and a line in place of the rest. */
function same(leaves: readonly Leaf[], hasBefore: boolean, hasAfter: boolean, texts: Texts): Node[] {
  const words = leaves.flatMap((leaf, index) => (isWord(leaf) ? [index] : []));
  const start = hasBefore ? (words[BESIDE] ?? leaves.length) : 0;
  const end = hasAfter ? (words[words.length - BESIDE] ?? 0) : leaves.length;
  const folded = leaves.slice(start, Math.max(start, end));
  const rest = built(folded);
  const count = countWords(rest.textContent ?? "");
  if (count < FOLDED) return [built(leaves)];
  // It is there, so that it opens at once; and goes with the fold that opens it.
  const hidden = element("span", { class: "r1-diff-rest", hidden: true }, rest);
  return [built(leaves.slice(0, start)), foldOf(count, "", texts), hidden, built(leaves.slice(end))];
}

const isWord = ({ node }: Leaf) => /[\p{L}\p{N}]/u.test(node.textContent ?? "");

/** A few words that stayed between two changes would only break up what is to be read. Of what changed at one place one removal
 * and one addition. */
function withoutIslands(found: readonly Run[], leaves: readonly Leaf[]): Run[] {
  const kept: Run[] = [];
  let [removed, added, right] = [0, 0, 0];
  const flush = () => {
    if (removed > 0) kept.push({ type: "removed", count: removed });
    if (added > 0) kept.push({ type: "added", count: added });
    removed = added = 0;
  };
  for (const [index, { type, count }] of found.entries()) {
    const run = leaves.slice(right, right + (type === "removed" ? 0 : count));
    right += run.length;
    const isInside = index > 0 && index < found.length - 1;
    const isIsland = isInside && run.filter(isWord).length < ISLAND && !run.some(({ breaks }) => breaks);
    if (type === "removed") removed += count;
    else if (type === "added") added += count;
    else if (isIsland) {
      removed += count;
      added += count;
    } else {
      flush();
      kept.push({ type, count });
    }
  }
  flush();
  return kept;
}
