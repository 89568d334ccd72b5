// The markdown parser as we use it: GitHub's dialect, math, and no raw HTML. What a browser would act on, such as an
// image or a formula, is left as a numbered part, for decorate.ts to put in after sanitising.

import { Lexer, Marked, type MarkedOptions, Parser, type Token, type Tokens } from "marked";
import { type MathToken, mathExtension, OPENS_DISPLAY } from "./math.ts";

export type Part =
  | { type: "math"; tex: string; display: boolean; open: boolean }
  | { type: "image"; address: string; alt: string }
  | { type: "code"; text: string; language: string };

export type Links = Record<string, Pick<Tokens.Link | Tokens.Image, "href" | "title">>;

/** The parts of the block that is being written; the parser's renderers have no other way to give anything back. */
let parts: Part[] = [];

function marked(tag: string, part: Part): string {
  return `<${tag} data-r1-part="${parts.push(part) - 1}"></${tag}>`;
}

function options(streaming: boolean): MarkedOptions {
  const parser = new Marked({ gfm: true, breaks: true }, mathExtension(streaming), {
    tokenizer: {
      // A line of "=" inside display math makes no heading of the paragraph before it.
      lheading(src) {
        const found = this.rules.block.lheading.exec(src);
        return found && OPENS_DISPLAY.test(found[0]) ? undefined : false;
      },
      // A tag is text, and the markdown in it is markdown: models write <answer>**4**</answer>.
      html: () => undefined,
      tag(src) {
        const found = /^<br\s*\/?>/i.exec(src);
        return found ? ({ type: "br", raw: found[0] } as unknown as Tokens.Tag) : undefined;
      },
    },
    renderer: {
      code: ({ text, lang }: Tokens.Code) =>
        marked("pre", { type: "code", text, language: /^\S*/.exec(lang ?? "")?.[0] ?? "" }),
      image: ({ href, text }: Tokens.Image) => marked("span", { type: "image", address: href, alt: text }),
      checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
    },
  });
  parser.use({
    extensions: [
      { name: "displayMath", renderer: token => marked("p", mathPart(token)) },
      { name: "inlineMath", renderer: token => marked("span", mathPart(token)) },
    ],
  });
  return parser.defaults;
}

function mathPart(token: Tokens.Generic): Part {
  const { tex, display, open } = token as MathToken;
  return { type: "math", tex, display, open };
}

const SETTLED = options(false);
const STREAMING = options(true);

/** The top-level blocks of `source`, without what is inside them. */
export function topLevel(source: string, streaming: boolean): Token[] {
  return new Lexer(streaming ? STREAMING : SETTLED).blockTokens(source);
}

/** All tokens of a text that is complete, those inside the blocks too. */
export function allTokens(source: string): Token[] {
  const found: Token[] = [];
  new Marked().walkTokens(new Lexer(SETTLED).lex(source), token => void found.push(token));
  return found;
}

/** One block as HTML, and its parts. `links` are the definitions so far; the block's own are added. */
export function toHtml(source: string, links: Links, streaming: boolean): { html: string; parts: Part[] } {
  const dialect = streaming ? STREAMING : SETTLED;
  const lexer = new Lexer(dialect);
  lexer.tokens.links = links;
  parts = [];
  const html = Parser.parse(lexer.lex(source), dialect);
  return { html, parts };
}
