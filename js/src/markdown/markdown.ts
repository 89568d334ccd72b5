// Markdown that grows: each block is drawn once, when it is final, and only the last one again, in its place. So a long
// text costs no more for each frame than a short one, and what the reader has selected stays selected.

import { place, removeFrom } from "../dom/grow.ts";
import type { Texts } from "../texts/index.ts";
import { type Block, Blocks } from "./blocks.ts";
import { decorate, lacksExtras } from "./decorate.ts";
import { tokensOf } from "./dialect/index.ts";
import { whenExtrasCome } from "./later.ts";
import { Links } from "./links.ts";
import { toHtml } from "./render.ts";
import { sanitize } from "./sanitize.ts";

export class Markdown {
  readonly #holder: HTMLElement;
  readonly #texts: Texts;
  readonly #links: Links;
  readonly #blocks = new Blocks();
  /** The last node that won't change. What comes after it is the tail. */
  #final: Node | null = null;
  #drawnTail = "";
  /** Nodes that were final were drawn again all the same. */
  redrawn: () => void = () => {};

  /** `links`: those of the whole text, where this is a part of one. */
  constructor(holder: HTMLElement, texts: Texts, links = new Links()) {
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
      this.#drawFinal(block);
      if (performance.now() > deadline) return true;
    }
    this.#drawTail();
    return this.#links.redraw(deadline);
  }

  /** The last node that stays as it is. */
  get final(): Node | null {
    return this.#final;
  }

  get #tail(): Node | null {
    return this.#final ? this.#final.nextSibling : this.#holder.firstChild;
  }

  #drawTail(): void {
    const tail = this.#blocks.tail;
    if (tail.source === "") removeFrom(this.#tail);
    else if (tail.source !== this.#drawnTail) {
      const { tokens } = tokensOf(tail.source, this.#links.given, true);
      removeFrom(this.#place(tail, this.#toDom(tail, tokens, false, this.#redrawTail)));
    }
    this.#drawnTail = tail.source;
  }

  readonly #redrawTail = (): void => {
    this.#drawnTail = "";
    this.#drawTail();
    this.redrawn();
  };

  #drawFinal(block: Block): void {
    const { tokens, found } = tokensOf(block.source, this.#links.given, false);
    this.#links.add(found);
    const before = this.#final;
    const redraw = () => this.#redraw(block, first);
    const rest = this.#place(block, this.#toDom(block, tokens, true, redraw));
    this.#final = rest ? rest.previousSibling : this.#holder.lastChild;
    this.#drawnTail = "";
    const first = before ? before.nextSibling : this.#holder.firstChild;
    for (const { type, content } of tokens) if (type === "inline") this.#links.await(content, redraw);
  }

  /** Draw `block` again, whose nodes begin with `first`: a label has got its address, or the extras have come. Few of them differ. */
  #redraw(block: Block, first: Node | null): void {
    if (first?.parentNode !== this.#holder) return;
    const { tokens } = tokensOf(block.source, this.#links.given, false);
    place(this.#holder, first, this.#toDom(block, tokens, true));
    this.redrawn();
  }

  /** In the place of the tail; gives the first node that is left over of that. */
  #place(block: Block, fresh: DocumentFragment): Node | null {
    if (block.continued) lastElement(this.#final)?.classList.add("r1-cut");
    return place(this.#holder, this.#tail, fresh);
  }

  /** `redraw`: to be called when what it lacks now has come. */
  #toDom(block: Block, tokens: readonly Token[], final: boolean, redraw?: () => void): DocumentFragment {
    const { html, parts } = toHtml(tokens);
    if (redraw && lacksExtras(parts, final)) whenExtrasCome(redraw);
    const fragment = sanitize(html);
    decorate(fragment, parts, final, this.#texts);
    if (block.continued) fragment.firstElementChild?.classList.add("r1-continued");
    return fragment;
  }
}

function lastElement(node: Node | null): Element | null {
  if (!node || node instanceof Element) return node as Element | null;
  return (node as CharacterData).previousElementSibling;
}
