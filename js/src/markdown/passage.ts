// A text on screen: as the markdown that it is, or as the characters that were written.

import type { Authors } from "../state/authors.ts";
import type { Texts } from "../texts/index.ts";
import { Authored } from "./authored.ts";
import type { Links } from "./links.ts";
import { Markdown } from "./markdown.ts";
import { Places } from "./places.ts";
import { type Named, Pointed } from "./pointed.ts";
import type { Points } from "./points.ts";

/** On a formula: the names of its marks. */
const MARKS = "data-r1-marks";

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
  readonly #places: Places;
  /** What is marked besides, and where it begins in the text that this is about. */
  #points: Points | undefined;
  #pointsFrom = 0;
  readonly #pointed = new Pointed<Named>(markFormula);
  /** As they stand here: of the points, and up to where they were asked for. */
  #here: { points: Points; units: number; marks: readonly Named[] } | undefined;

  constructor(holder: HTMLElement, texts: Texts, links?: Links) {
    this.#holder = holder;
    this.#texts = texts;
    this.#links = links;
    this.#places = new Places(holder);
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
    this.#here = undefined;
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
    if (!more) this.#showMarks();
    return more;
  }

  /** Show who wrote what of it; it begins at `from` of the text of which `authors` tells. Again, when that has changed. */
  mark(authors: Authors, from: number): void {
    this.#authors = authors;
    this.#from = from;
    if (this.#isDrawn) this.#showAuthors();
  }

  /** Mark these; it begins at `from` of the text that they are in. Again, when they are others. */
  point(points: Points, from = 0): void {
    this.#points = points;
    this.#pointsFrom = from;
    this.#here = undefined;
    if (this.#isDrawn) this.#showPoints();
  }

  /** What of it is drawn from `start` to `end` of the source; undefined: nothing, or it isn't drawn yet. */
  range(start: number, end: number): Range | undefined {
    const found = this.#places.find(start, end);
    const [first] = found;
    const last = found.at(-1);
    // What is being drawn again just now is nowhere.
    if (!first || !last || !this.#holder.contains(first.node) || !this.#holder.contains(last.node))
      return undefined;
    const range = document.createRange();
    if (first.isFormula) range.setStartBefore(first.node);
    else range.setStart(first.node, first.from);
    if (last.isFormula) range.setEndAfter(last.node);
    else range.setEnd(last.node, last.to);
    return range;
  }

  /** What of the source is selected; undefined: nothing. */
  selected(range: Range): [start: number, end: number] | undefined {
    return this.#isDrawn ? this.#places.selected(range) : undefined;
  }

  /** The marks at this place of a node. */
  at(node: Node, offset: number): Named[] {
    const from = this.#pointsFrom;
    return this.#pointed
      .at(node, offset)
      .map(mark => ({ ...mark, start: mark.start + from, end: mark.end + from }));
  }

  /** Nobody looks any more: the marks are the document's, and would stay. */
  unmark(): void {
    this.#authors = this.#points = undefined;
    this.#showAuthors();
    this.#pointed.clear();
  }

  /** The drawing has changed. */
  #showMarks(): void {
    this.#places.drawn(() => this.source, this.#raw ? "source" : this.#markdown.final);
    this.#showAuthors();
    this.#showPoints();
  }

  #showPoints(): void {
    const [points, from, units] = [this.#points, this.#pointsFrom, this.#units];
    if (!points) return;
    if (this.#here?.points !== points || this.#here.units !== units) {
      const marks = points.within(from, from + units).map(mark => ({
        ...mark,
        start: Math.max(0, mark.start - from),
        end: Math.min(units, mark.end - from),
      }));
      this.#here = { points, units, marks };
    }
    this.#pointed.show(this.#here.marks, this.#places);
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
    this.#authored.show(here, () => this.source, this.#places);
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
    this.#places.forget();
    this.#authored?.fade();
    this.#pointed.clear();
    this.#holder.replaceChildren();
    this.#holder.classList.toggle("r1-raw", this.#raw);
    this.#shown = 0;
    this.#markdown = this.#newMarkdown();
  }

  #newMarkdown(): Markdown {
    const markdown = new Markdown(this.#holder, this.#texts, this.#links);
    markdown.redrawn = () => {
      this.#places.forget();
      if (this.#isDrawn) this.#showMarks();
    };
    return markdown;
  }
}

/** A formula may have one name twice: two stretches of it. */
function markFormula(formula: HTMLElement, { name }: Named, isMarked: boolean): void {
  const names = (formula.getAttribute(MARKS) ?? "").split(" ").filter(Boolean);
  if (isMarked) names.push(name);
  else if (names.includes(name)) names.splice(names.indexOf(name), 1);
  if (names.length > 0) formula.setAttribute(MARKS, names.join(" "));
  else formula.removeAttribute(MARKS);
}
