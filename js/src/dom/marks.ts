// The browser's own marks, and what was found with them. They are named for the whole document, so all views share them.

const FOUND = "r1-found";
const CURRENT = "r1-current";

/** The document's highlight of that name; undefined in an older browser. */
export function highlight(name: string): Highlight | undefined {
  if (typeof CSS === "undefined" || !("highlights" in CSS)) return undefined;
  const known = CSS.highlights.get(name);
  if (known) return known;
  const made = new Highlight();
  CSS.highlights.set(name, made);
  return made;
}

/** What one view has marked. */
export class Marks {
  #found: readonly AbstractRange[] = [];
  #current: AbstractRange | undefined;

  show(found: readonly AbstractRange[], current: AbstractRange | undefined): void {
    const all = highlight(FOUND);
    const one = highlight(CURRENT);
    if (!all || !one) {
      // An older browser can at least select.
      if (current && current !== this.#current) select(current);
      this.#current = current;
      return;
    }
    for (const range of this.#found) all.delete(range);
    if (this.#current) one.delete(this.#current);
    for (const range of found) all.add(range);
    if (current) one.add(current);
    one.priority = 1;
    this.#found = found;
    this.#current = current;
  }

  clear(): void {
    this.show([], undefined);
  }
}

function select({ startContainer, startOffset, endContainer, endOffset }: AbstractRange): void {
  getSelection()?.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
}
