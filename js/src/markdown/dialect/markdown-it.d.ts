// What we use of markdown-it's modules, which have no types. They are imported one by one: the rest of it (a renderer,
// typography, a search for addresses, HTML) is half of its weight.

interface Token {
  type: string;
  tag: string;
  nesting: -1 | 0 | 1;
  level: number;
  content: string;
  markup: string;
  info: string;
  block: boolean;
  hidden: boolean;
  map: [from: number, to: number] | null;
  attrs: [name: string, value: string | number][] | null;
  children: Token[] | null;
}

/** What a state asks of its parser. */
interface Parser {
  options: { maxNesting: number };
  block: {
    ruler: { getRules(ended: string): BlockRule[] };
    tokenize(state: StateBlock, start: number, stop: number): void;
  };
  inline: { tokenize(state: StateInline): void };
  normalizeLink(address: string): string;
  normalizeLinkText(address: string): string;
  validateLink(address: string): boolean;
}

interface StateBlock {
  src: string;
  md: Parser;
  env: unknown;
  tokens: Token[];
  bMarks: number[];
  eMarks: number[];
  tShift: number[];
  sCount: number[];
  blkIndent: number;
  line: number;
  lineMax: number;
  level: number;
  tight: boolean;
  parentType: string;
  push(type: string, tag: string, nesting: -1 | 0 | 1): Token;
  isEmpty(line: number): boolean;
  skipEmptyLines(from: number): number;
}

type BlockRule = (state: StateBlock, start: number, stop: number, silent: boolean) => boolean;

interface Delimiter {
  marker: number;
  length: number;
  token: number;
  end: number;
  open: boolean;
  close: boolean;
}

interface StateInline {
  src: string;
  md: Parser;
  env: unknown;
  tokens: Token[];
  pos: number;
  posMax: number;
  pending: string;
  linkLevel: number;
  delimiters: Delimiter[];
  push(type: string, tag: string, nesting: -1 | 0 | 1): Token;
  pushPending(): Token;
}

declare module "markdown-it/lib/rules_block/*.mjs" {
  const rule: BlockRule;
  export default rule;
}

declare module "markdown-it/lib/rules_block/state_block.mjs" {
  const State: new (source: string, parser: Parser, env: unknown, tokens: Token[]) => StateBlock;
  export default State;
}

declare module "markdown-it/lib/rules_inline/*.mjs" {
  const rule: (state: StateInline, silent?: boolean) => boolean;
  export default rule;
}

declare module "markdown-it/lib/rules_inline/emphasis.mjs" {
  const rule: { postProcess(state: StateInline): void };
  export default rule;
}

declare module "markdown-it/lib/rules_inline/strikethrough.mjs" {
  export { default } from "markdown-it/lib/rules_inline/emphasis.mjs";
}

declare module "markdown-it/lib/helpers/*.mjs" {
  const read: (source: string, from: number, stop: number) => { ok: boolean; pos: number; str: string };
  export default read;
}

declare module "markdown-it/lib/common/utils.mjs" {
  export function isValidEntityCode(code: number): boolean;
  export function normalizeReference(label: string): string;
}

declare module "markdown-it/lib/rules_inline/state_inline.mjs" {
  const State: new (source: string, parser: Parser, env: unknown, tokens: Token[]) => StateInline;
  export default State;
}
