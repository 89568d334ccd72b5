// What was drawn, as it is read: which of the text is a model's or a person's, and where a block begins.

import type { Drawn } from "./align.ts";

/** Text that is ours and not the model's. */
export const OURS = "button, .r1-code-head";
/** What words don't go across. */
export const BLOCK = "p, li, td, th, pre, h1, h2, h3, h4, h5, h6, blockquote, .r1-step-body";

/** What was drawn, as it is read along with its source. */
export function drawnIn(nodes: Iterable<Node>): Drawn<Node>[] {
  const found: Drawn<Node>[] = [];
  let block: Element | null = null;
  const read = (node: Node): void => {
    if (node instanceof Text) {
      const within = node.parentElement?.closest(BLOCK) ?? null;
      found.push({ node, text: node.data, breaks: within !== block });
      block = within;
    } else if (node instanceof HTMLElement && !node.matches(`${OURS}, .r1-image`)) {
      if (node.matches(".r1-math[title]")) found.push({ node, text: "", tex: node.title, breaks: false });
      else for (const child of node.childNodes) read(child);
    }
  };
  for (const node of nodes) read(node);
  return found;
}
