// A text on screen: as the markdown that it is, or as the characters that were written.

import type { Authors } from "../state/authors.ts";
import type { Texts } from "../texts/index.ts";
import { Authored } from "./authored.ts";
import type { Links } from "./links.ts";
import { Markdown } from "./markdown.ts";

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
  /** UTF-16 units that were written. */
  #units = 0;
  /** Whether all that was written has been drawn. */
  #isDrawn = true;
  #authors: Authors | undefined;
  /** Where it begins in the text that the authors wrote. */
  #from = 0;
  #authored: Authored | undefined;

  constructor(holder: HTMLElement, texts: Texts, links?: Links) {
    this.#holder = holder;
    this.#texts = texts;
    this.#links = links;
    this.#markdown = this.#newMarkdown();
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
    this.#units += text.length;
    this.#isDrawn = false;
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
    this.#units = 0;
    this.#ended = false;
    this.#authored?.clear();
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
    const more = this.#raw ? this.#drawRaw() : this.#markdown.draw(deadline);
    this.#isDrawn = !more;
    if (!more) this.#showAuthors();
    return more;
  }

  /** Show who wrote what of it; it begins at `from` of the text of which `authors` tells. Again, when that has changed. */
  mark(authors: Authors, from: number): void {
    this.#authors = authors;
    this.#from = from;
    if (this.#isDrawn) this.#showAuthors();
  }

  /** Nobody looks any more: the marks are the document's, and would stay. */
  unmark(): void {
    this.#authors = undefined;
    this.#showAuthors();
  }

  #showAuthors(): void {
    const stretches = this.#authors?.within(this.#from, this.#from + this.#units) ?? [];
    if (stretches.length === 0) {
      this.#authored?.clear();
      return;
    }
    this.#authored ??= new Authored(this.#holder, this.#texts);
    const here = stretches.map(({ start, end, origin }) => ({
      start: start - this.#from,
      end: end - this.#from,
      origin,
    }));
    const source = () => this.#pieces.join("");
    this.#authored.show(here, source, this.#raw ? "source" : this.#markdown.final);
  }

  #drawRaw(): boolean {
    const news = this.#pieces.slice(this.#shown).join("");
    this.#shown = this.#pieces.length;
    const last = this.#holder.lastChild;
    if (last instanceof Text) last.appendData(news);
    else if (news !== "") this.#holder.append(news);
    return false;
  }

  #begin(): void {
    this.#isDrawn = this.#units === 0;
    this.#authored?.forget();
    this.#holder.replaceChildren();
    this.#holder.classList.toggle("r1-raw", this.#raw);
    this.#shown = 0;
    this.#markdown = this.#newMarkdown();
  }

  #newMarkdown(): Markdown {
    const markdown = new Markdown(this.#holder, this.#texts, this.#links);
    markdown.redrawn = () => {
      this.#authored?.forget();
      if (this.#isDrawn) this.#showAuthors();
    };
    return markdown;
  }
}
