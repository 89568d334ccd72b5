// Markdown that grows: each block is drawn once, when it is final, and only the last one again. So a long text costs no
// more for each frame than a short one, and what the reader has selected stays selected.

import { type Block, Blocks } from "./blocks.ts";
import { decorate } from "./decorate.ts";
import { element } from "./dom.ts";
import { type Draw, schedule, unschedule } from "./frames.ts";
import { type Links, toHtml } from "./parser.ts";
import { sanitize } from "./sanitize.ts";

export class Markdown {
  readonly #holder: HTMLElement;
  /** Holds the last block, as long as it may still change. */
  readonly #last = element("div", { class: "r1-last" });
  #blocks = new Blocks();
  #links: Links = Object.create(null);
  #drawnTail = "";
  #ended = false;
  readonly #draw: Draw = deadline => this.#drawUntil(deadline);

  constructor(holder: HTMLElement, signal: AbortSignal) {
    this.#holder = holder;
    holder.append(this.#last);
    signal.addEventListener("abort", () => unschedule(this.#draw), { once: true });
  }

  write(text: string): void {
    this.#blocks.write(text);
    schedule(this.#draw);
  }

  /** No more text comes; the last block is final. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#blocks.end();
    schedule(this.#draw);
  }

  /** Begin again, with another text. */
  clear(): void {
    this.#blocks = new Blocks();
    this.#links = Object.create(null);
    this.#drawnTail = "";
    this.#ended = false;
    this.#last.replaceChildren();
    this.#holder.replaceChildren(this.#last);
  }

  /** Draw now what can be drawn within `budget` ms, and the rest in the frames to come. */
  settle(budget = Number.POSITIVE_INFINITY): void {
    unschedule(this.#draw);
    if (this.#drawUntil(performance.now() + budget)) schedule(this.#draw);
  }

  #drawUntil(deadline: number): boolean {
    for (let block = this.#blocks.next(); block; block = this.#blocks.next()) {
      this.#last.before(this.#toDom(block, true));
      if (performance.now() > deadline) return true;
    }
    const tail = this.#blocks.tail;
    if (tail.source !== this.#drawnTail) {
      this.#drawnTail = tail.source;
      this.#last.replaceChildren(this.#toDom(tail, false));
    }
    if (this.#ended) this.#last.remove();
    return false;
  }

  #toDom(block: Block, final: boolean): DocumentFragment {
    // A definition that is still being written must not be the one that counts.
    const links = final ? this.#links : { ...this.#links };
    const { html, parts } = toHtml(block.source, links, !final);
    const fragment = sanitize(html);
    decorate(fragment, parts, final);
    if (block.continued) {
      fragment.firstElementChild?.classList.add("r1-continued");
      this.#last.previousElementSibling?.classList.add("r1-cut");
    }
    return fragment;
  }
}
