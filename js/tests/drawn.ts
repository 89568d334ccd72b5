// Markdown as a page draws it: again after each piece.

import { Markdown } from "../src/markdown/markdown.ts";
import { en } from "../src/texts/en.ts";

/** `look` is shown what stands there after each piece. */
export function drawn(pieces: Iterable<string>, look?: (holder: HTMLElement) => void): HTMLElement {
  const holder = document.createElement("div");
  const markdown = new Markdown(holder, en);
  for (const piece of pieces) {
    markdown.write(piece);
    markdown.draw();
    look?.(holder);
  }
  markdown.end();
  markdown.draw();
  return holder;
}

/** `text` in pieces of the sizes of tokens, the same for the same `seed`. */
export function* tokens(text: string, seed: number): Generator<string> {
  let state = (seed % 2147483646) + 1;
  for (let at = 0; at < text.length; ) {
    state = (state * 16807) % 2147483647;
    const end = at + 1 + (state % 7);
    yield text.slice(at, end);
    at = end;
  }
}
