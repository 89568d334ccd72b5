// A text on screen: as the markdown that it is, or as the characters that were written.

import { Markdown } from "./markdown.ts";
import type { Links } from "./parser.ts";
import type { Texts } from "./texts/index.ts";

export class Passage {
  readonly #holder: HTMLElement;
  readonly #texts: Texts;
  readonly #links: Links | undefined;
  #markdown: Markdown;
  #pieces: string[] = [];
  #raw = false;
  #ended = false;
  /** How many of the pieces have been drawn as they are. */
  #shown = 0;

  constructor(holder: HTMLElement, texts: Texts, links?: Links) {
    this.#holder = holder;
    this.#texts = texts;
    this.#links = links;
    this.#markdown = new Markdown(holder, texts, links);
  }

  /** What was written. */
  get source(): string {
    if (this.#pieces.length > 1 && this.#shown === 0) this.#pieces = [this.#pieces.join("")];
    return this.#pieces.join("");
  }

  get ended(): boolean {
    return this.#ended;
  }

  get raw(): boolean {
    return this.#raw;
  }

  write(text: string): void {
    this.#pieces.push(text);
    if (!this.#raw) this.#markdown.write(text);
  }

  /** No more text comes. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#markdown.end();
  }

  clear(): void {
    this.#pieces = [];
    this.#ended = false;
    this.#begin();
  }

  /** Show the characters, or the markdown. Draws nothing yet. */
  show(raw: boolean): void {
    if (raw === this.#raw) return;
    this.#raw = raw;
    this.#begin();
    if (raw) return;
    this.#markdown.write(this.source);
    if (this.#ended) this.#markdown.end();
  }

  /** Draw what can be drawn until `deadline`; whether there is more. */
  draw(deadline: number): boolean {
    if (!this.#raw) return this.#markdown.draw(deadline);
    const news = this.#pieces.slice(this.#shown).join("");
    this.#shown = this.#pieces.length;
    const last = this.#holder.lastChild;
    if (last instanceof Text) last.appendData(news);
    else if (news !== "") this.#holder.append(news);
    return false;
  }

  #begin(): void {
    this.#holder.replaceChildren();
    this.#holder.classList.toggle("r1-raw", this.#raw);
    this.#shown = 0;
    this.#markdown = new Markdown(this.#holder, this.#texts, this.#links);
  }
}
