// Which words of a passage aren't the model's, on screen: marked by the browser itself (CSS Custom Highlight API), so that
// the text's DOM stays as it is; a formula as a whole; and a label before the passage. Where the place of words can't be
// found (the address of a link, a sign of markdown), or the browser has no such marks, the whole passage is marked.

import { element } from "../dom/dom.ts";
import { highlight } from "../dom/marks.ts";
import type { Stretch } from "../state/authors.ts";
import type { Texts } from "../texts/index.ts";
import type { Origin } from "../wire/protocol.ts";
import { align, type Place } from "./align.ts";
import { drawnIn } from "./drawn.ts";

/** On a formula, and on a passage: who wrote in it. */
const BY = "data-r1-by";
/** The part of a stretch that must have been found; less, and what is marked would mislead. */
const MOST = 1 / 3;

/** The names of the marks: what a person wrote, and what a rule put in. */
const nameOf = (origin: Origin) => (origin === "person" ? "r1-person" : "r1-put-in");

class Marked {
  ranges: [name: string, range: AbstractRange][] = [];
  formulas: HTMLElement[] = [];
  /** How much of a stretch was found, by where it begins: characters that aren't white space. */
  found = new Map<number, number>();

  clear(): void {
    for (const [name, range] of this.ranges) highlight(name)?.delete(range);
    for (const formula of this.formulas) formula.removeAttribute(BY);
    this.ranges = [];
    this.formulas = [];
    this.found.clear();
  }
}

export class Authored {
  readonly #holder: HTMLElement;
  readonly #texts: Texts;
  readonly #label = element("span", { class: "r1-authors" });
  #given: readonly Stretch[] = [];
  /** What of it there is to see. */
  #stretches: readonly Stretch[] = [];
  /** In what stays as it is; it ends with the node `#last`, and in the source at `#at`. */
  readonly #settled = new Marked();
  #last: Node | null = null;
  #at = 0;
  /** In what may be drawn again. */
  readonly #tail = new Marked();

  constructor(holder: HTMLElement, texts: Texts) {
    this.#holder = holder;
    this.#texts = texts;
    // It stands in a text of another language.
    this.#label.lang = texts.tag;
    this.#label.dir = "ltr";
  }

  /** Mark `stretches`. `final`: the last node that stays as it is; "source": the holder has the characters as they were written. */
  show(stretches: readonly Stretch[], source: () => string, final: Node | null | "source"): void {
    const from = differ(this.#given, stretches);
    if (from < this.#at) this.forget();
    // A blank line isn't worth a word.
    if (from < Number.POSITIVE_INFINITY) {
      const text = source();
      this.#stretches = stretches.filter(({ start, end }) => /\S/.test(text.slice(start, end)));
      this.#given = stretches;
    }
    this.#tail.clear();
    if (final === "source") this.#markSource(source());
    else if (this.#stretches.some(({ end }) => end > this.#at)) this.#markDrawn(source(), final);
    this.#markWhole(source);
    this.#showLabel();
  }

  /** All will be drawn anew. */
  forget(): void {
    this.#settled.clear();
    this.#tail.clear();
    this.#last = null;
    this.#at = 0;
  }

  /** All of it is the model's. */
  clear(): void {
    this.forget();
    this.#given = this.#stretches = [];
    this.#holder.removeAttribute(BY);
    this.#label.remove();
  }

  #markDrawn(source: string, final: Node | null): void {
    let node = this.#last ? this.#last.nextSibling : this.#holder.firstChild;
    if (final && final !== this.#last) {
      const nodes: Node[] = [];
      for (; node; node = node.nextSibling) {
        nodes.push(node);
        if (node !== final) continue;
        node = node.nextSibling;
        break;
      }
      const { places, to } = align(source, drawnIn(nodes), this.#at);
      this.#mark(places, source, this.#settled);
      this.#last = final;
      this.#at = to;
    }
    const rest: Node[] = [];
    for (; node; node = node.nextSibling) rest.push(node);
    this.#mark(align(source, drawnIn(rest), this.#at).places, source, this.#tail);
  }

  #markSource(source: string): void {
    const text = this.#holder.firstChild;
    if (!(text instanceof Text)) return;
    this.#mark([{ node: text, at: 0, start: 0, end: text.length, isFormula: false }], source, this.#tail);
  }

  /** Both are in order, so this goes through each once. */
  #mark(places: readonly Place<Node>[], source: string, into: Marked): void {
    let first = 0;
    for (const { start, end, origin } of this.#stretches) {
      while (first < places.length && (places[first] as Place<Node>).end <= start) first++;
      for (let index = first; index < places.length; index++) {
        const place = places[index] as Place<Node>;
        if (place.start >= end) break;
        const from = Math.max(start, place.start);
        const to = Math.min(end, place.end);
        into.found.set(start, (into.found.get(start) ?? 0) + solid(source.slice(from, to)));
        if (place.isFormula) {
          (place.node as HTMLElement).setAttribute(BY, origin);
          into.formulas.push(place.node as HTMLElement);
        } else {
          this.#highlight(
            origin,
            place.node,
            place.at + from - place.start,
            place.at + to - place.start,
            into,
          );
        }
      }
    }
  }

  #highlight(origin: Origin, node: Node, start: number, end: number, into: Marked): void {
    const name = nameOf(origin);
    const marks = highlight(name);
    if (!marks) return;
    const range = new StaticRange({
      startContainer: node,
      startOffset: start,
      endContainer: node,
      endOffset: end,
    });
    // What is looked for lies above.
    marks.priority = -1;
    marks.add(range);
    into.ranges.push([name, range]);
  }

  #markWhole(source: () => string): void {
    const canMark = highlight(nameOf("person")) !== undefined;
    const missed = this.#stretches.find(({ start, end }) => {
      if (!canMark) return true;
      const found = (this.#settled.found.get(start) ?? 0) + (this.#tail.found.get(start) ?? 0);
      // Only looked at where it can matter: to join a long source takes time.
      return found < (end - start) * MOST && found < solid(source().slice(start, end)) * MOST;
    });
    if (missed) this.#holder.setAttribute(BY, missed.origin);
    else this.#holder.removeAttribute(BY);
  }

  #showLabel(): void {
    const origins = [...new Set(this.#stretches.map(({ origin }) => origin))];
    if (origins.length === 0) {
      this.#label.remove();
      return;
    }
    const key = origins.join(" ");
    if (!this.#label.isConnected && this.#holder.parentNode) this.#holder.before(this.#label);
    if (this.#label.dataset.by === key) return;
    this.#label.dataset.by = key;
    this.#label.replaceChildren(
      ...origins.map(origin =>
        element(
          "span",
          { class: "r1-author", title: this.#texts.authored(origin), [BY]: origin },
          element("span", { class: "r1-said" }, `${this.#texts.authored(origin)}. `),
          element("span", { "aria-hidden": "true" }, this.#texts.author(origin)),
        ),
      ),
    );
  }
}

/** Where two lists of stretches begin to differ. */
function differ(one: readonly Stretch[], other: readonly Stretch[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const before = one[index];
    const after = other[index];
    if (!before || !after) return (before ?? after)?.start ?? 0;
    if (before.start !== after.start || before.origin !== after.origin)
      return Math.min(before.start, after.start);
    if (before.end !== after.end) return Math.min(before.end, after.end);
  }
  return Number.POSITIVE_INFINITY;
}

/** Characters that aren't white space. */
function solid(text: string): number {
  return text.replace(/\s+/g, "").length;
}
