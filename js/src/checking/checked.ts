// What is known of a turn, marked in its text: again when more is known, and when text has come that it is about.

import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { type Beside, NOTHING } from "../thought/beside.ts";
import type { TurnChecks } from "../wire/checks.ts";
import type { Kind } from "../wire/protocol.ts";
import { besideOf, upTo } from "./beside.ts";
import { MARKERS } from "./markers.ts";
import type { Mark, TurnMarks } from "./marks.ts";

const OWNER = "checks";

export class Checked {
  readonly #turn: Turn;
  readonly #texts: Texts;
  readonly #marks: TurnMarks;
  readonly #tell: (beside: Beside) => void;
  /** From where on in the thought nothing is to be said yet, nor of the answer; undefined: all may be. */
  readonly #hiddenFrom: () => number | undefined;
  #hid: number | undefined;
  #seen: TurnChecks | undefined;
  /** Some of it is about text that hasn't come: up to where it must come for the next of that. */
  #waits: { kind: Kind; end: number } | undefined;

  /** `tell`: what is said of the thought's steps is another. */
  constructor(
    turn: Turn,
    texts: Texts,
    marks: TurnMarks,
    tell: (beside: Beside) => void,
    hiddenFrom: () => number | undefined,
  ) {
    this.#tell = tell;
    this.#hiddenFrom = hiddenFrom;
    this.#turn = turn;
    this.#texts = texts;
    this.#marks = marks;
  }

  update(): void {
    const { checks, texts } = this.#turn;
    const from = this.#hiddenFrom();
    const isThere = this.#waits && texts[this.#waits.kind].length >= this.#waits.end;
    if (checks === this.#seen && !isThere && from === this.#hid) return;
    this.#hid = from;
    const isFirst = this.#seen === undefined;
    this.#seen = checks;
    // Of most turns nothing is known.
    if (isFirst && Object.keys(checks).length === 0) return;
    const said = MARKERS.flatMap(mark => mark(this.#turn, this.#texts));
    this.#waits = said.find(({ kind, end }) => end > texts[kind].length);
    const answer = from === undefined ? this.#inUnits("answer", said) : [];
    this.#marks.set(OWNER, [...this.#inUnits("reasoning", said), ...answer]);
    const beside = besideOf(this.#turn, this.#marks, this.#texts);
    this.#tell(from === undefined ? beside : upTo(beside, from));
  }

  /** The texts are others. */
  forget(): void {
    this.#seen = undefined;
    this.#marks.set(OWNER, []);
    this.#tell(NOTHING);
  }

  #inUnits(of: Kind, said: readonly Mark[]): Mark[] {
    const { length } = this.#turn.texts[of];
    const here = said.filter(({ kind, end }) => kind === of && end <= length);
    if (here.length === 0) return [];
    const units = this.#marks.units(
      of,
      here.flatMap(({ start, end }) => [start, end]),
    );
    return here.map((mark, index) => ({
      ...mark,
      start: units[2 * index] ?? 0,
      end: units[2 * index + 1] ?? 0,
    }));
  }
}
