// One step of a thought on screen: its text, a mark in the margin that folds it, and a line that stands for it when it
// is folded.

import { element, plainButton } from "../dom/dom.ts";
import type { Links } from "../markdown/links.ts";
import { Passage } from "../markdown/passage.ts";
import type { Named } from "../markdown/pointed.ts";
import type { Points } from "../markdown/points.ts";
import type { Authors } from "../state/authors.ts";
import type { Texts } from "../texts/index.ts";
import type { StepKind } from "../texts/kinds.ts";
import { plain } from "./plain.ts";

/** Characters of a step's title; what is too long for its place is cut off by the stylesheet. */
const TITLE = 90;
export class StepView {
  readonly element: HTMLElement;
  readonly kind: StepKind;
  /** Where it begins, in UTF-16 units of the thought. */
  readonly start: number;
  /** Where it ends, so far. */
  end: number;
  readonly body = element("div", { class: "r1-step-body" });
  readonly #passage: Passage;
  readonly #fold: HTMLButtonElement;
  readonly #texts: Texts;
  #title: HTMLElement | undefined;
  /** What is said before it is read. */
  #above: HTMLElement | undefined;
  #folded = false;
  #isDrawn = false;

  /** `joined`: it goes on in the paragraph of the step before it. */
  constructor(kind: StepKind, start: number, joined: boolean, texts: Texts, links: Links) {
    this.kind = kind;
    this.start = this.end = start;
    this.#texts = texts;
    this.#passage = new Passage(this.body, texts, links);
    // For the mouse; the keyboard folds steps in the outline, since a thousand stops of Tab would be none.
    this.#fold = plainButton("", { class: "r1-step-fold", tabindex: "-1", "aria-expanded": "true" });
    this.#label();
    this.element = element(
      "section",
      { class: `r1-step${joined ? " r1-joined" : ""}`, "data-kind": kind },
      this.#fold,
      this.body,
    );
  }

  get source(): string {
    return this.#passage.source;
  }

  /** Its first words, without the marks of markdown. */
  get title(): string {
    const line = /\S[^\n]*/.exec(this.source)?.[0] ?? "";
    return plain(line).slice(0, TITLE);
  }

  get folded(): boolean {
    return this.#folded;
  }

  get ended(): boolean {
    return this.#passage.ended;
  }

  /** Whether all of it is on screen, and stays as it is. */
  get isDrawn(): boolean {
    return this.#isDrawn;
  }

  write(text: string): void {
    this.#passage.write(text);
    this.end += text.length;
  }

  finish(): void {
    this.#passage.end();
  }

  /** Draw what can be drawn until `deadline`; whether there is more. */
  draw(deadline: number): boolean {
    const more = this.#passage.draw(deadline);
    this.#isDrawn = !more && this.#passage.ended;
    return more;
  }

  /** Who wrote what of the thought, where that isn't the model, or is it again. */
  mark(authors: Authors): void {
    this.#passage.mark(authors, this.start);
  }

  unmark(): void {
    this.#passage.unmark();
  }

  /** Mark what of these is in it; places count in the thought. */
  point(points: Points): void {
    this.#passage.point(points, this.start);
    const above = points
      .within(this.start, this.end)
      .flatMap(mark => (mark.above && mark.start >= this.start ? [mark.above] : []));
    this.#above?.remove();
    this.#above = undefined;
    if (above.length === 0) return;
    this.#above = element("p", { class: "r1-expected", dir: "auto" }, above.join("\n"));
    this.body.before(this.#above);
  }

  /** Where something of the thought is drawn, as far as that is in this step. */
  range(start: number, end: number): Range | undefined {
    return this.#passage.range(Math.max(0, start - this.start), Math.min(this.end, end) - this.start);
  }

  /** What of the thought is selected in this step; undefined: nothing. */
  selected(range: Range): [start: number, end: number] | undefined {
    const found = this.#passage.selected(range);
    return found && [found[0] + this.start, found[1] + this.start];
  }

  /** The marks at this place of a node. */
  at(node: Node, offset: number): Named[] {
    return this.#passage.at(node, offset);
  }

  show(raw: boolean): void {
    this.element.classList.toggle("r1-step-raw", raw);
    this.#passage.show(raw);
    this.#isDrawn = false;
  }

  fold(folded: boolean): void {
    if (folded === this.#folded) return;
    this.#folded = folded;
    this.body.hidden = folded;
    if (folded) {
      this.#title = element("div", { class: "r1-step-title" }, `${this.title} …`);
      this.element.append(this.#title);
    } else {
      this.#title?.remove();
    }
    this.#label();
  }

  #label(): void {
    this.#fold.setAttribute("aria-expanded", String(!this.#folded));
    this.#fold.setAttribute("aria-label", this.#folded ? this.#texts.unfoldStep : this.#texts.foldStep);
  }
}
