// Markdown that grows: each block is drawn once, when it is final, and only the last one again, in its place. So a long
// text costs no more for each frame than a short one, and what the reader has selected stays selected.

import { type Block, Blocks } from "./blocks.ts";
import { decorate } from "./decorate.ts";
import { place, removeFrom } from "./grow.ts";
import { type Links, toHtml } from "./parser.ts";
import { sanitize } from "./sanitize.ts";
import type { Texts } from "./texts/index.ts";

export class Markdown {
  readonly #holder: HTMLElement;
  readonly #texts: Texts;
  readonly #links: Links;
  readonly #blocks = new Blocks();
  /** The last node that won't change. What comes after it is the tail. */
  #final: Node | null = null;
  #drawnTail = "";

  /** `links`: the definitions that came before, where this is a part of a longer text. */
  constructor(holder: HTMLElement, texts: Texts, links: Links = Object.create(null)) {
    this.#holder = holder;
    this.#texts = texts;
    this.#links = links;
  }

  write(text: string): void {
    this.#blocks.write(text);
  }

  /** No more text comes; the last block is final. */
  end(): void {
    this.#blocks.end();
  }

  /** Draw what can be drawn until `deadline`, as `performance.now()` has it; whether there is more. */
  draw(deadline = Number.POSITIVE_INFINITY): boolean {
    for (let block = this.#blocks.next(); block; block = this.#blocks.next()) {
      const rest = place(this.#holder, this.#tail, this.#toDom(block, true));
      this.#final = rest ? rest.previousSibling : this.#holder.lastChild;
      this.#drawnTail = "";
      if (performance.now() > deadline) return true;
    }
    const tail = this.#blocks.tail;
    if (tail.source === "") removeFrom(this.#tail);
    else if (tail.source !== this.#drawnTail)
      removeFrom(place(this.#holder, this.#tail, this.#toDom(tail, false)));
    this.#drawnTail = tail.source;
    return false;
  }

  /** The last node that stays as it is. */
  get final(): Node | null {
    return this.#final;
  }

  get #tail(): Node | null {
    return this.#final ? this.#final.nextSibling : this.#holder.firstChild;
  }

  #toDom(block: Block, final: boolean): DocumentFragment {
    // A definition that is still being written must not be the one that counts.
    const links = final ? this.#links : { ...this.#links };
    const { html, parts } = toHtml(block.source, links, !final);
    const fragment = sanitize(html);
    decorate(fragment, parts, final, this.#texts);
    if (block.continued) {
      fragment.firstElementChild?.classList.add("r1-continued");
      lastElement(this.#final)?.classList.add("r1-cut");
    }
    return fragment;
  }
}

function lastElement(node: Node | null): Element | null {
  if (!node || node instanceof Element) return node as Element | null;
  return (node as CharacterData).previousElementSibling;
}
