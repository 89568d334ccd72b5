// The blocks of a text, which may still grow: cut and drawn as everywhere else, one by one.

import { element } from "../dom/dom.ts";
import { Blocks } from "../markdown/blocks.ts";
import { Markdown } from "../markdown/markdown.ts";
import type { Texts } from "../texts/index.ts";

export class BlockList {
  #blocks = new Blocks();
  #final: string[] = [];
  #text = "";
  #ended = false;

  /** What the text is now; only what is new of it costs anything. */
  become(text: string, ended: boolean): string[] {
    if (!text.startsWith(this.#text) || (this.#ended && (text !== this.#text || !ended))) {
      this.#blocks = new Blocks();
      this.#final = [];
      this.#text = "";
      this.#ended = false;
    }
    this.#blocks.write(text.slice(this.#text.length));
    this.#text = text;
    if (ended && !this.#ended) this.#blocks.end();
    this.#ended = ended;
    this.#final.push(...sourcesOf(this.#blocks));
    if (this.#blocks.tail.source === "") return this.#final;
    // It may be several already, of which the last isn't complete.
    const rest = new Blocks();
    rest.write(this.#blocks.tail.source);
    rest.end();
    return [...this.#final, ...sourcesOf(rest)];
  }
}

function sourcesOf(blocks: Blocks): string[] {
  const found: string[] = [];
  for (let block = blocks.next(); block; block = blocks.next()) if (block.source) found.push(block.source);
  return found;
}

/** One block, drawn. Where nothing of it is seen, such as the address of a label, it is shown as it was written. */
export function drawn(source: string, texts: Texts): Element[] {
  const holder = element("div");
  const markdown = new Markdown(holder, texts);
  markdown.write(source);
  markdown.end();
  markdown.draw();
  // A button would copy what was removed and what was added.
  for (const button of holder.querySelectorAll(".r1-code-head > button")) button.remove();
  const isSeen = holder.querySelector("math, hr, .r1-image") || holder.textContent?.trim();
  return isSeen ? [...holder.children] : [element("p", {}, element("code", {}, source))];
}
