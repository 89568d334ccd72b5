// What changed within a block, such as a list or a table: part by part, as long as both are built in the same way. What isn't is
// shown twice, removed and added.

import { type Drawing, mergedInline } from "./diffinline.ts";
import { stepsOf, wordsIn } from "./difflist.ts";
import { type Side, signed } from "./diffsigns.ts";

/** What text doesn't go across. */
const BLOCKS =
  "p, ul, ol, li, blockquote, h1, h2, h3, h4, h5, h6, hr, pre, div, table, thead, tbody, tr, th, td";

/** A block, or a stretch of text between two. */
type Item = readonly [Element] | readonly Node[];

/** Both as one: `before` became `after`. Where they have nothing in common, one removed and one added. */
export function merged(before: Element, after: Element, isGrowing: boolean, drawing: Drawing): Node[] {
  const items = isAlike(before, after)
    ? mergedItems(itemsOf(before), itemsOf(after), isGrowing, drawing)
    : undefined;
  const made = after.cloneNode(false) as Element;
  if (!items && !isCell(after)) return [whole("removed", before, drawing), whole("added", after, drawing)];
  const head = after.querySelector(":scope > .r1-code-head");
  if (head) made.append(head.cloneNode(true));
  made.append(
    ...(items ?? [
      signed("removed", copies([...before.childNodes]), drawing.texts, true),
      signed("added", copies([...after.childNodes]), drawing.texts, true),
    ]),
  );
  return [made];
}

function mergedItems(
  before: Item[],
  after: Item[],
  isGrowing: boolean,
  drawing: Drawing,
): Node[] | undefined {
  const [one] = before;
  const [other] = after;
  // Text has no parts; and the cells of a row keep their places.
  const areTexts = [before, after].every(items => items.length === 1 && !blockOf(items[0] as Item));
  if (areTexts && one && other) return mergedInline(one, other, isGrowing, drawing);
  if ([...before, ...after].some(item => isCell(blockOf(item))))
    return before.length === after.length
      ? after.flatMap((item, index) => mergedPair(before[index] as Item, item, false, drawing))
      : undefined;
  const steps = stepsOf({
    before,
    after,
    keyOf,
    wordsOf: item => wordsIn(keyOf(item)),
    isGrowing,
    compare: drawing.compare,
  });
  return steps.flatMap(step => {
    if (step.type === "changed") return mergedPair(step.before, step.after, step.isLast, drawing);
    if (step.type === "same") return step.item.map(node => node.cloneNode(true));
    return [sided(step.type, step.item, drawing)];
  });
}

function mergedPair(before: Item, after: Item, isGrowing: boolean, drawing: Drawing): Node[] {
  const [one, other] = [blockOf(before), blockOf(after)];
  if (one && other) return merged(one, other, isGrowing, drawing);
  const text = one || other ? undefined : mergedInline(before, after, isGrowing, drawing);
  return text ?? [sided("removed", before, drawing), sided("added", after, drawing)];
}

function sided(side: Side, item: Item, drawing: Drawing): Element {
  const block = blockOf(item);
  return block ? whole(side, block, drawing) : signed(side, copies(item), drawing.texts);
}

/** A block that is in one of them alone. What may only stand in a list or in a table stays there. */
export function whole(side: Side, block: Element, drawing: Drawing): Element {
  if (block.matches("tr, thead, tbody")) {
    const made = block.cloneNode(false) as Element;
    made.append(...[...block.children].map(child => whole(side, child, drawing)));
    return made;
  }
  if (!block.matches("li, th, td")) return signed(side, copies([block]), drawing.texts, true);
  const made = block.cloneNode(false) as Element;
  made.append(signed(side, copies([...block.childNodes]), drawing.texts, true));
  return made;
}

const copies = (nodes: readonly Node[]) => nodes.map(node => node.cloneNode(true));

function isAlike(one: Element, other: Element): boolean {
  if (one.localName !== other.localName || one.className !== other.className) return false;
  const head = (box: Element) => box.querySelector(":scope > .r1-code-head > span")?.textContent;
  return head(one) === head(other) && one.localName !== "hr";
}

/** The blocks of an element, and the text between them. */
function itemsOf(parent: Element): Item[] {
  const items: Item[] = [];
  let text: Node[] = [];
  const flush = () => {
    if (text.some(node => node instanceof Element || node.textContent?.trim())) items.push(text);
    text = [];
  };
  for (const node of parent.childNodes) {
    if (node instanceof Element && node.matches(".r1-code-head")) continue;
    if (node instanceof Element && node.matches(`${BLOCKS}, pre > code`)) {
      flush();
      items.push([node]);
    } else text.push(node);
  }
  flush();
  return items;
}

const blockOf = (item: Item | undefined): Element | undefined =>
  item?.length === 1 && item[0] instanceof Element && item[0].matches(`${BLOCKS}, pre > code`)
    ? item[0]
    : undefined;

const isCell = (block: Element | undefined) => block?.matches("th, td") === true;

/** What it says, and how: the same where two are. */
function keyOf(item: Item): string {
  return item.map(written).join("");
}

function written(node: Node): string {
  if (!(node instanceof Element)) return node.textContent ?? "";
  if (node.matches(".r1-math")) return ` ${node.getAttribute("title") || node.textContent} `;
  const address = node.getAttribute("href") ?? node.getAttribute("data-address") ?? "";
  return `<${node.localName}${address}>${[...node.childNodes].map(written).join("")}</>`;
}
