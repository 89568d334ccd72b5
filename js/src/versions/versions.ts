// Which versions of a part of a turn there are, and how one goes to another. Mirrors `Conversation.versions` of Python: they
// are told apart by what was done, not by comparing texts.

import type { Turn, Turns } from "../state/turns.ts";
import type { Part } from "../wire/protocol.ts";

const PARTS: readonly Part[] = ["question", "reasoning", "answer"];

/** The turn in which this version of `part` came up: all that were made from it later part. */
export function firstOf(turns: Turns, turn: Turn, part: Part): Turn {
  let first = turn;
  for (;;) {
    const { version } = first.state;
    const before = version && PARTS.indexOf(version.part) > PARTS.indexOf(part) && turns.get(version.of);
    if (!before) return first;
    first = before;
  }
}

/** Each version of `part` by the turn that was its first, oldest first. */
export function versionsOf(turns: Turns, turn: Turn, part: Part): Turn[] {
  const above = PARTS[PARTS.indexOf(part) - 1];
  const there = above && firstOf(turns, turn, above);
  const among = turns.siblings(turn).filter(other => !above || firstOf(turns, other, above) === there);
  return [...new Set(among.map(other => firstOf(turns, other, part)))];
}

/** The turn to go to for a version: the newest that has it. */
export function newestOf(turns: Turns, version: Turn, part: Part): Turn {
  const found = turns.siblings(version).findLast(other => firstOf(turns, other, part) === version);
  return found ?? version;
}

/** All continuations of the fork that the turn is one of; empty if it is of none. */
export function forkOf(turns: Turns, turn: Turn): Turn[] {
  const fork = turn.state.version?.fork;
  return fork === undefined ? [] : turns.siblings(turn).filter(other => other.state.version?.fork === fork);
}
