// The page's copy of the tree of turns, and how a message changes it. No DOM, no kernel, no clock of its own.

import type { TurnChecks } from "../wire/checks.ts";
import type { Kind, Snapshot, SnapshotTurn, TextDelta, TurnOthers, TurnState } from "../wire/protocol.ts";
import { Authors, type Stretch } from "./authors.ts";
import { Meter } from "./meter.ts";
import { GrowingText, unitsAt } from "./text.ts";
import { type Mark, Timeline } from "./timeline.ts";

/** One turn as the page knows it. */
export interface Turn {
  state: TurnState;
  texts: Record<Kind, GrowingText>;
  /** When the running turn began, by this page's clock in ms: messages say only how many seconds ago. */
  began: number | undefined;
  /** Since it began, when the last piece of text came. */
  seconds: number | undefined;
  /** Seconds of thought, from the kernel where it has said so, else as this page saw it. */
  thoughtSeconds: number | undefined;
  meter: Meter;
  /** Of the reasoning. */
  timeline: Timeline;
  /** What of the texts the model didn't write. */
  authors: Record<Kind, Authors>;
  /** What is known of it beyond its text. A value: what comes next takes its place. */
  checks: TurnChecks;
}

export type Change =
  /** Turns were added, or removed. */
  | { type: "turns" }
  /** A turn's state, not its text. */
  | { type: "turn"; turn: Turn }
  /** What is known of it beyond its text. */
  | { type: "checks"; turn: Turn }
  /** `news` was appended; null: the text is another one now. */
  | { type: "text"; turn: Turn; kind: Kind; news: string | null };

const KINDS: readonly Kind[] = ["reasoning", "answer"];

export class Turns {
  /** Every turn, in the order they were made. */
  all: Turn[] = [];
  /** The active branch, oldest first. */
  list: Turn[] = [];
  #active: string | null = null;
  readonly #byId = new Map<string, Turn>();
  /** Turns at one place of the tree, by the parent's id; oldest first. */
  readonly #below = new Map<string | null, Turn[]>();
  readonly #emit: (change: Change) => void;
  readonly #now: () => number;

  constructor(emit: (change: Change) => void, now: () => number = Date.now) {
    this.#emit = emit;
    this.#now = now;
  }

  get(id: string): Turn | undefined {
    return this.#byId.get(id);
  }

  /** Whether it neither runs nor waits, or isn't there (any more). */
  isOver(id: string): boolean {
    const state = this.get(id)?.state.state;
    return state !== "queued" && state !== "running";
  }

  /** All turns at the same place of the tree, oldest first. */
  siblings({ state }: Turn): readonly Turn[] {
    return this.#below.get(state.parent ?? null) ?? [];
  }

  /** Another branch is the active one: the one that ends in `active`. False if that turn is missing here. */
  branch(active: string | null): boolean {
    const last = active === null ? undefined : this.get(active);
    if (active !== null && !last) return false;
    this.#active = active;
    const list: Turn[] = [];
    for (let turn = last; turn; turn = this.#before(turn)) list.push(turn);
    list.reverse();
    const same = list.length === this.list.length && list.every((turn, index) => turn === this.list[index]);
    if (same) return true;
    this.list = list;
    this.#emit({ type: "turns" });
    return true;
  }

  #before({ state }: Turn): Turn | undefined {
    return state.parent == null ? undefined : this.get(state.parent);
  }

  /** A turn is new, or its state has changed. */
  put(state: TurnState): Turn {
    const known = this.get(state.id);
    if (known) {
      const moved = (known.state.parent ?? null) !== (state.parent ?? null);
      this.#settle(known, state);
      if (moved) this.#indexAll();
      this.#emit({ type: "turn", turn: known });
      return known;
    }
    const turn = this.#create(state);
    this.all.push(turn);
    this.#index(turn);
    if (!state.version && (state.parent ?? null) === this.#active) this.branch(state.id);
    else this.#emit({ type: "turns" });
    return turn;
  }

  /** The kernel is gone, and with it what ran or waited. It took as long as pieces of it came. */
  lose(): void {
    for (const { state, seconds } of this.all) {
      if (state.state === "ended") continue;
      const { pace: _, ...rest } = state; // that was what had been expected
      const lost: TurnState = {
        ...rest,
        state: "ended",
        finish_reason: "cancelled",
        interrupted: "kernel",
      };
      this.put(seconds === undefined ? lost : { ...lost, seconds: { ...state.seconds, total: seconds } });
    }
  }

  /** Append a piece of text; false if something before it is missing. */
  append(delta: TextDelta): boolean {
    const turn = this.get(delta.turn);
    if (!turn) return false;
    const before = turn.texts[delta.kind].units;
    const news = turn.texts[delta.kind].add(delta.at, delta.text);
    if (news === undefined) return false;
    if (delta.origin) turn.authors[delta.kind].add(before, turn.texts[delta.kind].units, delta.origin);
    if (delta.kind === "reasoning" && delta.seconds === undefined)
      turn.timeline.start = turn.texts.reasoning.units;
    const tokens = turn.state.tokens ?? { reasoning: 0, answer: 0 };
    turn.state = { ...turn.state, tokens: { ...tokens, [delta.kind]: delta.tokens } };
    this.#measure(turn);
    turn.seconds = delta.seconds ?? turn.seconds;
    if (delta.kind === "reasoning" && delta.seconds !== undefined)
      turn.timeline.add(turn.texts.reasoning.units, delta.tokens, delta.seconds);
    if (news !== "") this.#grown(turn, delta.kind, news);
    return true;
  }

  /** What is known of a turn beyond its text; false if the turn is missing here. */
  check(id: string, checks: TurnChecks): boolean {
    const turn = this.get(id);
    if (!turn) return false;
    turn.checks = checks;
    this.#emit({ type: "checks", turn });
    return true;
  }

  /** Become what the kernel has. Texts that only grew are appended to, so that what is drawn stays drawn. */
  become(snapshot: Snapshot): void {
    const before = this.all;
    this.all = snapshot.turns.map(({ text: _, timeline: __, others: ___, checks: ____, ...state }) => {
      const known = this.get(state.id);
      if (known) this.#settle(known, state);
      return known ?? this.#create(state);
    });
    this.#indexAll();
    const known = new Set(before);
    for (const [index, { text, timeline, others, checks = {} }] of snapshot.turns.entries()) {
      const turn = this.all[index];
      if (!turn) continue;
      if (JSON.stringify(checks) !== JSON.stringify(turn.checks)) {
        turn.checks = checks;
        if (known.has(turn)) this.#emit({ type: "checks", turn });
      }
      for (const kind of KINDS) turn.authors[kind].become(stretches(others?.[kind] ?? [], text[kind]));
      if (timeline) turn.timeline.become(inUnits(timeline, text.reasoning));
      for (const kind of KINDS) {
        const news = turn.texts[kind].become(text[kind]);
        // Of a new turn nobody has drawn anything yet; its text is there when the list is announced.
        if (known.has(turn) && news !== "") this.#emit({ type: "text", turn, kind, news });
      }
      // All that is there of a thought that the model hasn't gone on with yet is what was kept.
      if (!timeline?.length && !turn.state.tokens?.reasoning)
        turn.timeline.start = turn.texts.reasoning.units;
    }
    const same = before.length === this.all.length && before.every((turn, index) => turn === this.all[index]);
    const list = this.list;
    this.branch(snapshot.active ?? null);
    if (!same && list === this.list) this.#emit({ type: "turns" });
    for (const turn of this.all) if (known.has(turn)) this.#emit({ type: "turn", turn });
  }

  #indexAll(): void {
    this.#byId.clear();
    this.#below.clear();
    for (const turn of this.all) this.#index(turn);
  }

  #index(turn: Turn): void {
    const parent = turn.state.parent ?? null;
    this.#byId.set(turn.state.id, turn);
    this.#below.set(parent, [...(this.#below.get(parent) ?? []), turn]);
  }

  #create(state: TurnState): Turn {
    const turn: Turn = {
      state,
      texts: { reasoning: new GrowingText(), answer: new GrowingText() },
      began: undefined,
      seconds: undefined,
      thoughtSeconds: undefined,
      meter: new Meter(),
      timeline: new Timeline(),
      authors: { reasoning: new Authors(), answer: new Authors() },
      checks: {},
    };
    this.#settle(turn, state);
    return turn;
  }

  #settle(turn: Turn, state: TurnState): void {
    turn.state = state;
    turn.seconds = state.seconds?.total ?? turn.seconds;
    if (state.state === "running") {
      const began = this.#now() - (state.seconds?.total ?? 0) * 1000;
      // Messages travel for some milliseconds: the earliest estimate is the best, and the clock never jumps back.
      turn.began = turn.began === undefined ? began : Math.min(turn.began, began);
      this.#measure(turn);
    }
    turn.thoughtSeconds = state.seconds?.thinking ?? turn.thoughtSeconds;
  }

  #measure({ meter, state: { tokens } }: Turn): void {
    if (tokens) meter.add(this.#now(), tokens.reasoning + tokens.answer);
  }

  #grown(turn: Turn, kind: Kind, news: string): void {
    if (
      kind === "answer" &&
      turn.thoughtSeconds === undefined &&
      turn.began !== undefined &&
      /\S/.test(news)
    ) {
      turn.thoughtSeconds = (this.#now() - turn.began) / 1000;
    }
    this.#emit({ type: "text", turn, kind, news });
  }
}

function stretches(others: TurnOthers[Kind], text: string): Stretch[] {
  const places = (which: 0 | 1) =>
    unitsAt(
      text,
      others.map(stretch => stretch[which]),
    );
  const starts = places(0);
  const ends = places(1);
  return others.map(([, , origin], index) => ({ start: starts[index] ?? 0, end: ends[index] ?? 0, origin }));
}

function inUnits(timeline: NonNullable<SnapshotTurn["timeline"]>, text: string): Mark[] {
  const units = unitsAt(
    text,
    timeline.map(([at]) => at),
  );
  return timeline.map(([, tokens, seconds], index) => ({ at: units[index] ?? 0, tokens, seconds }));
}
