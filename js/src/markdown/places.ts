// Where in a text that was drawn a piece of its source stands. It is found out when somebody asks, as far as they ask, once for
// what stays as it is and again for what may be drawn again.

import { align, type Place } from "./align.ts";
import { drawnIn } from "./drawn.ts";

/** What of a node was asked for: from `from` to `to`; of a formula all. It is in the source from `start` to `end`. */
export interface Found {
  node: Node;
  from: number;
  to: number;
  start: number;
  end: number;
  isFormula: boolean;
}

export class Places {
  /** Another number when nodes that stay as they are were drawn anew all the same. */
  generation = 0;
  readonly #holder: HTMLElement;
  #source: () => string = () => "";
  #final: Node | null | "source" = null;
  /** In what stays as it is; it ends with the node `#last`, and in the source at `#at`. */
  #settled: Place<Node>[] = [];
  #last: Node | null = null;
  #at = 0;
  /** In what may be drawn again; undefined: nobody has asked since it was drawn. */
  #tail: Place<Node>[] | undefined;

  constructor(holder: HTMLElement) {
    this.#holder = holder;
  }

  /** More was drawn. `final`: the last node that stays as it is; "source": the holder has the characters as they were written. */
  drawn(source: () => string, final: Node | null | "source"): void {
    this.#source = source;
    this.#final = final;
    this.#tail = undefined;
  }

  /** All will be drawn anew. */
  forget(): void {
    this.generation++;
    this.#settled = [];
    this.#last = null;
    this.#at = 0;
    this.#tail = undefined;
  }

  /** Up to where in the source places stay as they are, of those that were asked for. */
  get settled(): number {
    return this.#final === "source" ? (this.#raw?.length ?? 0) : this.#at;
  }

  /** What is in the source from `start` to `end`. */
  find(start: number, end: number): Found[] {
    this.reach(end);
    if (this.#final === "source") {
      const node = this.#raw;
      return node ? within([{ node, at: 0, start: 0, end: node.length, isFormula: false }], start, end) : [];
    }
    const settled = start < this.#at ? within(this.#settled, start, end) : [];
    return end > this.#at ? [...settled, ...within(this.#tail ?? [], start, end)] : settled;
  }

  /** What of the source is selected, from its first to its last character; undefined: nothing. Of a formula all is. */
  selected(range: Range): [start: number, end: number] | undefined {
    this.reach(Number.POSITIVE_INFINITY);
    const node = this.#raw;
    const places =
      this.#final === "source"
        ? node
          ? [{ node, at: 0, start: 0, end: node.length, isFormula: false }]
          : []
        : [...this.#settled, ...(this.#tail ?? [])];
    const here = places.filter(place => range.intersectsNode(place.node)).flatMap(place => cut(place, range));
    const [first, last] = [here[0], here.at(-1)];
    return first && last ? [first[0], last[1]] : undefined;
  }

  /** Find places up to `to`, in the source. */
  reach(to: number): void {
    if (to <= this.#at || this.#final === "source") return;
    if (this.#final && this.#final !== this.#last) {
      const found = align(this.#source(), drawnIn(between(this.#first, this.#final)), this.#at);
      this.#settled.push(...found.places);
      this.#last = this.#final;
      this.#at = found.to;
    }
    if (to > this.#at)
      this.#tail ??= align(this.#source(), drawnIn(between(this.#first, null)), this.#at).places;
  }

  /** The node that comes first of what isn't settled. */
  get #first(): Node | null {
    return this.#last ? this.#last.nextSibling : this.#holder.firstChild;
  }

  get #raw(): Text | undefined {
    const text = this.#holder.firstChild;
    return text instanceof Text ? text : undefined;
  }
}

/** The nodes from `first` to `last`; null: to the end. */
function between(first: Node | null, last: Node | null): Node[] {
  const nodes: Node[] = [];
  for (let node = first; node; node = node.nextSibling) {
    nodes.push(node);
    if (node === last) break;
  }
  return nodes;
}

/** `places` are in order. Costs what it gives. */
function within(places: readonly Place<Node>[], start: number, end: number): Found[] {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as Place<Node>).end <= start) low = middle + 1;
    else high = middle;
  }
  const found: Found[] = [];
  for (let index = low; index < places.length; index++) {
    const place = places[index] as Place<Node>;
    if (place.start >= end) break;
    const { node, isFormula } = place;
    const [from, to] = [Math.max(start, place.start), Math.min(end, place.end)];
    const shift = place.at - place.start;
    found.push({ node, from: from + shift, to: to + shift, start: from, end: to, isFormula });
  }
  return found;
}

/** What of a place is in the range, in the source. */
function cut(place: Place<Node>, range: Range): [start: number, end: number][] {
  const { node, at, start, end, isFormula } = place;
  if (isFormula) return [[start, end]];
  const from = node === range.startContainer ? Math.max(at, range.startOffset) : at;
  const to = Math.min(
    at + end - start,
    node === range.endContainer ? range.endOffset : Number.POSITIVE_INFINITY,
  );
  return from < to ? [[start + from - at, start + to - at]] : [];
}
