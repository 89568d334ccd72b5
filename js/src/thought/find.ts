// Finding words in a thought: what is on screen, in folded steps too. Where the words are is marked by the browser itself
// (CSS Custom Highlight API), so that the text's DOM stays as it is.

import { BLOCK, OURS } from "../markdown/drawn.ts";
import type { StepView } from "./step.ts";
import type { Thought } from "./thought.ts";

export interface Match {
  step: StepView;
  range: StaticRange;
}

export class Finder {
  #query = "";
  #matches = new Map<StepView, Match[]>();
  #all: Match[] = [];
  readonly #thought: Thought;

  constructor(thought: Thought) {
    this.#thought = thought;
  }

  get matches(): readonly Match[] {
    return this.#all;
  }

  /** Look for `query`, in small letters or capitals. */
  look(query: string): void {
    this.#query = query;
    this.#matches.clear();
    this.update();
  }

  /** The text has grown, or is drawn otherwise: look again where it may differ. */
  update(): void {
    const { steps } = this.#thought;
    for (const step of this.#matches.keys()) if (!step.ended) this.#matches.delete(step);
    for (const step of steps) {
      if (this.#matches.has(step) || step.element.hidden) continue;
      const found = this.#query === "" ? [] : ranges(step.body, this.#query).map(range => ({ step, range }));
      // A step that is complete, but not yet drawn, is looked at again.
      if (step.isDrawn || found.length > 0) this.#matches.set(step, found);
    }
    this.#all = steps.flatMap(step => this.#matches.get(step) ?? []);
  }

  /** Forget what was found, since it was drawn anew. */
  redrawn(): void {
    this.#matches.clear();
    this.update();
  }
}

interface Place {
  node: Text;
  /** Where its text begins in the whole. */
  start: number;
}

function ranges(root: HTMLElement, query: string): StaticRange[] {
  const { text, places } = textOf(root);
  const lower = text.toLowerCase();
  // A few letters have two small ones ("İ"); then nothing would be where it is.
  const [hay, needle] = lower.length === text.length ? [lower, query.toLowerCase()] : [text, query];
  const found: StaticRange[] = [];
  let place = 0;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
    const end = at + needle.length;
    while (place + 1 < places.length && (places[place + 1] as Place).start <= at) place++;
    let last = place;
    while (last + 1 < places.length && (places[last + 1] as Place).start < end) last++;
    const from = places[place] as Place;
    const to = places[last] as Place;
    found.push(
      new StaticRange({
        startContainer: from.node,
        startOffset: Math.min(at - from.start, from.node.length),
        endContainer: to.node,
        endOffset: Math.min(end - to.start, to.node.length),
      }),
    );
  }
  return found;
}

function textOf(root: HTMLElement): { text: string; places: Place[] } {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const places: Place[] = [];
  let text = "";
  let block: Element | null = null;
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const parent = node.parentElement;
    if (!parent || parent.closest(OURS)) continue;
    const within = parent.closest(BLOCK);
    if (block && within !== block) text += "\n";
    block = within;
    places.push({ node, start: text.length });
    text += node.data;
  }
  return { text, places };
}
