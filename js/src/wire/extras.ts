// The second bundle: what a page can do without until it is needed, fetched from the kernel then. All widgets of a kernel have
// this one place for it, since they have one library.

import { Bundle } from "./bundle.ts";

/** A part of two texts: it stayed, or it is in one of them alone. */
export interface Change {
  type: "same" | "removed" | "added";
  text: string;
}

/** What extras.ts exports. */
export interface ExtrasExports {
  /** Put a formula into `holder` as MathML; throws where it can't be. */
  typeset(tex: string, display: boolean, holder: HTMLElement): void;
  /** HTML of `code` in colour; undefined: its language is unknown. */
  highlight(code: string, language: string): string | undefined;
  /** What changed between two texts. */
  changes(before: string, after: string): Change[];
}

/** Those of this kernel's widgets. */
export let extras = new Bundle<ExtrasExports>("extras");

/** They come from there: whose module was in the page before the library, and has heard what came before it. */
export function takeExtrasFrom(bundle: Bundle<ExtrasExports>): void {
  extras = bundle;
}
