// Math: finding it in markdown (an extension of the parser), and drawing it as MathML.
//
// Four forms: $…$ and \(…\) within a line, $$…$$ and \[…\] for display. A price is not math: as in pandoc, there is no
// space inside the dollars of $…$, and no digit right after the last. Display math doesn't span a blank line.

import type { MarkedExtension, TokenizerAndRendererExtension, Tokens } from "marked";
import temml from "temml";
import { element } from "./dom.ts";

export interface MathToken extends Tokens.Generic {
  type: "displayMath" | "inlineMath";
  tex: string;
  display: boolean;
  /** Not closed yet: shown as written until it is. */
  open: boolean;
}

const INLINE = /^\$(?![\s$])((?:\\[\s\S]|[^\\$])*?(?:\\[\s\S]|[^\\$\s]))\$(?!\d)/;
/** Where a line begins with display math. */
export const OPENS_DISPLAY = /(?:^|\n) {0,3}(?:\$\$|\\\[)/;
const DISPLAY = /^ {0,3}(\$\$|\\\[)/;
const BLANK_LINE = /\n[ \t]*\n/;

/** How far `from` may look: display math ends at a blank line, closed or not. */
function paragraph(src: string): string {
  const blank = BLANK_LINE.exec(src);
  return blank ? src.slice(0, blank.index) : src;
}

function pair(src: string, open: string, close: string): { raw: string; tex: string } | undefined {
  if (!src.startsWith(open)) return undefined;
  const within = paragraph(src);
  const end = within.indexOf(close, open.length);
  if (end < 0 || within.slice(open.length, end).trim() === "") return undefined;
  return { raw: within.slice(0, end + close.length), tex: within.slice(open.length, end) };
}

/**
 * The parser's extension. `streaming`: the text may go on, so that display math which isn't closed, and no blank line has
 * ended, is math until we know better: its "- b" is not a list.
 */
export function mathExtension(streaming: boolean): MarkedExtension {
  const block: TokenizerAndRendererExtension = {
    name: "displayMath",
    level: "block",
    start(src) {
      const found = OPENS_DISPLAY.exec(src);
      return found ? found.index + (found[0].startsWith("\n") ? 1 : 0) : undefined;
    },
    tokenizer(src): MathToken | undefined {
      const opening = DISPLAY.exec(src);
      if (!opening) return undefined;
      const indent = opening[0].length - 2;
      const rest = src.slice(indent);
      const found = opening[1] === "$$" ? pair(rest, "$$", "$$") : pair(rest, "\\[", "\\]");
      if (!found) {
        if (!streaming || BLANK_LINE.test(src) || rest.includes(opening[1] === "$$" ? "$$" : "\\]", 2))
          return undefined;
        return { type: "displayMath", raw: src, tex: rest.slice(2), display: true, open: true };
      }
      // Only punctuation may follow on its line; otherwise it is part of a paragraph, and the inline form takes it.
      const after = /^[ \t]*([.,;:]?)[ \t]*(?:\n|$)/.exec(rest.slice(found.raw.length));
      if (!after) return undefined;
      const tex = after[1] ? `${found.tex.trimEnd()}\\text{${after[1]}}` : found.tex;
      return {
        type: "displayMath",
        raw: src.slice(0, indent + found.raw.length + after[0].length),
        tex,
        display: true,
        open: false,
      };
    },
  };
  const inline: TokenizerAndRendererExtension = {
    name: "inlineMath",
    level: "inline",
    start(src) {
      const found = /\$|\\[([]/.exec(src);
      return found?.index;
    },
    tokenizer(src): MathToken | undefined {
      const display = pair(src, "$$", "$$") ?? pair(src, "\\[", "\\]");
      if (display) return { type: "inlineMath", ...display, display: true, open: false };
      const round = pair(src, "\\(", "\\)");
      if (round) return { type: "inlineMath", ...round, display: false, open: false };
      const found = INLINE.exec(src);
      if (found)
        return { type: "inlineMath", raw: found[0], tex: found[1] ?? "", display: false, open: false };
      return undefined;
    },
  };
  return {
    extensions: [block, inline],
    // In **so $x*y$**, the star of the product ends no emphasis.
    hooks: {
      emStrongMask: src => src.replace(/\$(?![\s$])[^$\n]*[^$\s]\$(?!\d)/g, math => "+".repeat(math.length)),
    },
  };
}

/** `tex` drawn; the source as it is where it can't be. */
export function drawMath(tex: string, display: boolean): HTMLElement {
  const holder = element("span", { class: display ? "r1-math r1-math-display" : "r1-math" });
  try {
    typeset(tex, display, holder);
    holder.title = tex.trim();
  } catch {
    holder.replaceChildren(element("code", { class: "r1-tex" }, tex.trim()));
  }
  return holder;
}

/** "%" begins a comment, which would swallow the rest of a formula; models write "40%" and mean per cent. */
const PER_CENT = /(\d)%/g;

/** Put `tex` into `holder` as MathML; throws where it can't be. */
export function typeset(tex: string, display: boolean, holder: HTMLElement): void {
  // `trust: false`: \href and the like are errors, so nothing in a formula is a link. The limits are for a formula
  // that expands itself without end, and for one that is a kilometre wide.
  temml.render(tex.replace(PER_CENT, "$1\\%"), holder, {
    displayMode: display,
    throwOnError: true,
    trust: false,
    strict: false,
    maxExpand: 200,
    maxSize: [20, 20],
  });
  for (const node of holder.querySelectorAll("[href], [src], a, img")) node.replaceWith(...node.childNodes);
}
