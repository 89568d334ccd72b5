// A part of the panel "Check", and what each is made with.

import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { TurnMarks } from "./marks.ts";
import type { Noting } from "./noting.ts";

export interface Section {
  /** What is said there; the panel puts the title above it. */
  readonly element: HTMLElement;
  readonly title: string;
  /** How well it points at errors, as it was measured (docs/checking.md). Of what is a reader's own nothing was. */
  readonly measured?: string;
  /** The turn, or what is known of it, has changed. */
  update(): void;
}

export interface Checking {
  store: Store;
  turn: Turn;
  marks: TurnMarks;
  noting: Noting;
  /** Until the panel closes. */
  signal: AbortSignal;
  /** Tell a screen reader. */
  announce: (text: string) => void;
}
