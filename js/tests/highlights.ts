// The browser's own marks, which jsdom lacks.

import { afterEach, beforeEach, expect } from "vitest";

/** Ranges by name, as a browser keeps them. */
class FakeHighlight extends Set<AbstractRange> {
  priority = 0;
}

const before = { CSS: globalThis.CSS, Highlight: globalThis.Highlight };

export let highlights = new Map<string, FakeHighlight>();

/** The words that are marked, in the order in which they were. */
export function marked(name: string): string[] {
  return [...(highlights.get(name) ?? [])].map(range => {
    expect(range.startContainer).toBe(range.endContainer);
    return (range.startContainer as Text).data.slice(range.startOffset, range.endOffset);
  });
}

/** Each test of a file that calls this has marks of its own. */
export function withHighlights(): void {
  beforeEach(() => {
    highlights = new Map();
    Object.assign(globalThis, { CSS: { highlights }, Highlight: FakeHighlight });
  });
  afterEach(() => void Object.assign(globalThis, before));
}
