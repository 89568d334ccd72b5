// Cuts a thought into steps, by what stands on its surface. Mirrors r1widget/reasoning/steps.py, which says what the rule is;
// tests/wire/steps.json holds both to the same cuts.
//
//     I need 17 × 24. ‖ So that is 340 + 68. ‖ Wait, let me check that.\n\n ‖ First, 17 × 20 is 340.

import type { StepKind } from "../texts/kinds.ts";
import { cueAt } from "./cues.ts";

/** A piece of a step: `kind` where the step begins, undefined where it goes on. */
export interface Piece {
  kind: StepKind | undefined;
  text: string;
}

const DULL = /[^\n.?!。！？`*]+/y;
const ENDS = ".?!";
const CJK_ENDS = "。！？";
const CLOSERS = ")]\"'”’»」』）";
const SPACE = " \t\r";

const FENCE = /^(`{3,})[^`]*$|^(~{3,})/;
const FENCE_END = /^(`+|~+)[ \t\r]*$/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])(?:[ \t\r]|$)/;
const RULE = /^[-*_ \t\r]{3,}$/;
const HEADING = /^#{1,6}(?:[ \t\r]|$)/;
const OTHER = /^(?:[|>]|\$\$|\\\[)/;
/** The whole of a line so far, where what comes next decides which of the above it is. */
const UNDECIDED = /^(?:[-*_ \t\r]+|\+|\d{1,9}[.)]?|#{1,6}|\$|\\|(?:`{1,2}|~{1,2})|(?:```|~~~).*)$/s;

interface Decision {
  begins: StepKind | undefined;
  /** From where to go on. */
  to: number;
}

const indentOf = (line: string) => {
  let count = 0;
  while (count < line.length && SPACE.includes(line.charAt(count))) count++;
  return count;
};

export class StepSplitter {
  #held = "";
  #atLine = true;
  #first = true;
  /** Whether a blank line, or nothing, is before this line. */
  #blank = true;
  #prose = false;
  #list = false;
  #fence = "";
  /** Whether this line may be cut. */
  #cuttable = false;
  #code = false;
  #bold = false;
  #star = false;
  #ended: "" | "sentence" | "gap" = "";

  feed(text: string): Piece[] {
    this.#held += text;
    return this.#cut(false);
  }

  /** No more text comes: what was held back. */
  flush(): Piece[] {
    return this.#cut(true);
  }

  #cut(final: boolean): Piece[] {
    const text = this.#held;
    const pieces: Piece[] = [];
    let kind: StepKind | undefined; // of the piece that begins at `start`
    let start = 0;
    let at = 0;
    while (at < text.length) {
      const decision = this.#atLine ? this.#line(text, at, final) : this.#within(text, at, final);
      if (!decision) break;
      if (decision.begins) {
        if (at > start) pieces.push({ kind, text: text.slice(start, at) });
        kind = decision.begins;
        start = at;
      }
      at = decision.to;
    }
    if (at > start) pieces.push({ kind, text: text.slice(start, at) });
    this.#held = text.slice(at);
    return pieces;
  }

  /** A line begins at `at`. Undefined: not decided yet. */
  #line(text: string, from: number, final: boolean): Decision | undefined {
    // White space before the first word belongs to the first step, which has the kind of that word.
    const white = this.#first ? text.slice(from).search(/[^ \t\r\n]|$/) : 0;
    const at = from + text.slice(from, from + white).lastIndexOf("\n") + 1;
    const newline = text.indexOf("\n", at);
    const complete = newline >= 0 || final;
    const end = newline >= 0 ? newline : text.length;
    const line = text.slice(at, end);
    const indent = indentOf(line);
    const body = line.slice(indent);
    if (body === "") return this.#blankLine(text, newline, final);
    if (this.#fence !== "") {
      const ends = FENCE_END.exec(body);
      if (ends && !complete) return undefined;
      if (ends?.[1]?.startsWith(this.#fence)) this.#fence = "";
      return this.#passes(end);
    }
    if (!complete && UNDECIDED.test(body)) return undefined;
    const fence = FENCE.exec(body);
    if (fence) {
      this.#fence = fence[1] ?? fence[2] ?? "";
      return this.#passes(end);
    }
    const item = ITEM.test(body);
    this.#list ||= item;
    if (item || RULE.test(body) || OTHER.test(body)) return this.#passes(end);
    if (indent > 0 && (this.#list || indent > 3 || line.slice(0, indent).includes("\t")))
      return this.#passes(end);
    return this.#proseLine(text, at, indent, complete && newline < 0, body, end);
  }

  #blankLine(text: string, newline: number, final: boolean): Decision | undefined {
    if (newline < 0) return final ? { begins: this.#first ? "step" : undefined, to: text.length } : undefined;
    this.#blank = true;
    this.#code = this.#bold = false;
    return { begins: undefined, to: newline + 1 };
  }

  #proseLine(
    text: string,
    at: number,
    indent: number,
    last: boolean,
    body: string,
    end: number,
  ): Decision | undefined {
    const heading = HEADING.test(body);
    const cue = heading ? undefined : cueAt(text, at + indent, last);
    if (cue === "") return undefined;
    const fresh = this.#blank || this.#first || heading;
    // A line of the list, or of the table, before it.
    if (!fresh && !this.#prose) return this.#passes(end);
    if (fresh) this.#list = false;
    let begins: StepKind | undefined = fresh ? (cue ?? "step") : undefined;
    if (!fresh && cue !== "plan" && !this.#code && !this.#bold) begins = cue;
    this.#first = this.#blank = this.#atLine = this.#star = false;
    this.#prose = this.#cuttable = !heading;
    this.#ended = "";
    return { begins, to: at + indent };
  }

  /** The line is no prose: it goes by as it is. */
  #passes(to: number): Decision {
    const begins = this.#first ? "step" : undefined;
    this.#first = this.#blank = this.#prose = this.#atLine = this.#cuttable = false;
    return { begins, to };
  }

  /** In a line, at `at`. Undefined: not decided yet. */
  #within(text: string, at: number, final: boolean): Decision | undefined {
    const char = text.charAt(at);
    if (char === "\n") {
      this.#atLine = true;
      this.#ended = "";
      this.#star = false;
      return { begins: undefined, to: at + 1 };
    }
    if (!this.#cuttable) {
      const newline = text.indexOf("\n", at);
      return { begins: undefined, to: newline >= 0 ? newline : text.length };
    }
    let begins: StepKind | undefined;
    if (this.#ended !== "") {
      if (SPACE.includes(char)) {
        this.#ended = "gap";
        return { begins, to: at + 1 };
      }
      if (this.#ended === "gap") {
        const cue = this.#code || this.#bold ? undefined : cueAt(text, at, final);
        if (cue === "") return undefined;
        if (cue !== "plan") begins = cue;
        this.#ended = "";
      } else if (!(CLOSERS + ENDS).includes(char) && char !== "*" && char !== "_") {
        this.#ended = "";
      }
    }
    if (char === "`") this.#code = !this.#code;
    if (char === "*" && this.#star) this.#bold = !this.#bold;
    this.#star = char === "*" && !this.#star;
    if (ENDS.includes(char)) {
      this.#ended = "sentence";
    } else if (CJK_ENDS.includes(char)) {
      this.#ended = "gap"; // Chinese sentences follow one another without a space
    } else if (char !== "*" && this.#ended === "") {
      DULL.lastIndex = at;
      if (DULL.test(text)) return { begins, to: DULL.lastIndex };
    }
    return { begins, to: at + 1 };
  }
}
