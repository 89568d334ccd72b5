// How the scripted kernel keeps a reader's notes.

import type { TurnNote } from "../wire/checks.ts";
import type { SnapshotTurn } from "../wire/protocol.ts";
import type { PutNote, RemoveNote } from "../wire/tokernel.ts";

export class NoteKeeper {
  readonly #tell: (turn: SnapshotTurn) => void;
  #made = 0;

  constructor(tell: (turn: SnapshotTurn) => void) {
    this.#tell = tell;
  }

  carryOut(turn: SnapshotTurn, message: PutNote | RemoveNote): void {
    const notes = turn.checks?.notes ?? [];
    const id = message.type === "remove_note" ? message.note : message.note.id;
    if (id !== undefined && !notes.some(note => note.id === id))
      throw new Error("This note isn't there any more. turn.notes has those that are.");
    turn.checks = { ...turn.checks, notes: this.#changed(notes, message) };
    this.#tell(turn);
  }

  #changed(notes: readonly TurnNote[], message: PutNote | RemoveNote): TurnNote[] {
    if (message.type === "remove_note") return notes.filter(({ id }) => id !== message.note);
    const created = new Date(Date.now()).toISOString();
    const { id = `n${++this.#made}`, ...rest } = message.note;
    const note = { ...rest, id, created };
    return notes.some(each => each.id === id)
      ? notes.map(each => (each.id === id ? note : each))
      : [...notes, note];
  }
}
