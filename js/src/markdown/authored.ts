// Which words of a passage aren't the model's, on screen: marked in their place (pointed.ts), and a label before the passage. Where
// the place of words can't be found (the address of a link, a sign of markdown), or the browser has no such marks, the whole passage
// is marked.

import { element } from "../dom/dom.ts";
import { highlight } from "../dom/marks.ts";
import type { Stretch } from "../state/authors.ts";
import type { Texts } from "../texts/index.ts";
import type { Origin } from "../wire/protocol.ts";
import type { Places } from "./places.ts";
import { type Named, Pointed, solid } from "./pointed.ts";

/** On a formula, and on a passage: who wrote in it. */
const BY = "data-r1-by";
/** The part of a stretch that must have been found; less, and what is marked would mislead. */
const MOST = 1 / 3;

/** The names of the marks: what a person wrote, and what a rule put in. */
const nameOf = (origin: Origin) => (origin === "person" ? "r1-person" : "r1-put-in");

interface Written extends Named {
  origin: Origin;
}

export class Authored {
  readonly #holder: HTMLElement;
  readonly #texts: Texts;
  readonly #label = element("span", { class: "r1-authors" });
  readonly #pointed = new Pointed<Written>((formula, { origin }, isMarked) => {
    if (isMarked) formula.setAttribute(BY, origin);
    else formula.removeAttribute(BY);
  });
  #given: readonly Stretch[] = [];
  /** What of it there is to see. */
  #written: readonly Written[] = [];

  constructor(holder: HTMLElement, texts: Texts) {
    this.#holder = holder;
    this.#texts = texts;
    // It stands in a text of another language.
    this.#label.lang = texts.tag;
    this.#label.dir = "ltr";
  }

  /** Mark `stretches` of `source`. */
  show(stretches: readonly Stretch[], source: () => string, places: Places): void {
    if (differ(this.#given, stretches)) {
      const text = source();
      this.#given = stretches;
      // A blank line isn't worth a word.
      this.#written = stretches
        .filter(({ start, end }) => /\S/.test(text.slice(start, end)))
        .map(({ start, end, origin }) => ({ start, end, origin, name: nameOf(origin) }));
    }
    this.#pointed.show(this.#written, places);
    this.#markWhole(source);
    this.#showLabel();
  }

  /** What was marked is gone from the page. */
  fade(): void {
    this.#pointed.clear();
  }

  /** All of it is the model's. */
  clear(): void {
    this.#pointed.clear();
    this.#given = this.#written = [];
    this.#holder.removeAttribute(BY);
    this.#label.remove();
  }

  #markWhole(source: () => string): void {
    const canMark = highlight(nameOf("person")) !== undefined;
    const { found } = this.#pointed;
    const missed = this.#written.find(({ start, end }, index) => {
      if (!canMark) return true;
      const seen = found[index] ?? 0;
      // Only looked at where it can matter: to join a long source takes time.
      return seen < (end - start) * MOST && seen < solid(source().slice(start, end)) * MOST;
    });
    if (missed) this.#holder.setAttribute(BY, missed.origin);
    else this.#holder.removeAttribute(BY);
  }

  #showLabel(): void {
    const origins = [...new Set(this.#written.map(({ origin }) => origin))];
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

function differ(one: readonly Stretch[], other: readonly Stretch[]): boolean {
  const isOther = ({ start, end, origin }: Stretch, index: number) =>
    one[index]?.start !== start || one[index]?.end !== end || one[index]?.origin !== origin;
  return one.length !== other.length || other.some(isOther);
}
