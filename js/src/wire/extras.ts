// The second bundle: what a page can do without until it is needed, fetched from the kernel then. All widgets of a kernel have
// this one place for it, since they have one library.

import { Bundle } from "./bundle.ts";

/** A part of two texts: it stayed, or it is in one of them alone. */
export interface Change {
  type: "same" | "removed" | "added";
  text: string;
}

/** So many elements of a list stayed, or are in one of two lists alone. */
export interface Run {
  type: Change["type"];
  count: number;
}

/** What extras.ts exports. */
export interface ExtrasExports {
  /** Put a formula into `holder` as MathML; throws where it can't be. */
  typeset(tex: string, display: boolean, holder: HTMLElement): void;
  /** HTML of `code` in colour; undefined: its language is unknown. */
  highlight(code: string, language: string): string | undefined;
  /** What changed between two texts. */
  changes(before: string, after: string): Change[];
  /** What changed between two lists; all of it, where less than `alike` (0 to 1) of the shorter is in both. */
  runs(before: readonly string[], after: readonly string[], alike: number): Run[];
  /** How many elements, wherever they stand, are in both. */
  shared(one: readonly string[], other: readonly string[]): number;
}

/** Those of this kernel's widgets. */
export let extras = new Bundle<ExtrasExports>("extras");

/** They come from there: whose module was in the page before the library, and has heard what came before it. */
export function takeExtrasFrom(bundle: Bundle<ExtrasExports>): void {
  extras = bundle;
}
