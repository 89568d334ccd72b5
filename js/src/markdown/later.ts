// What is drawn without its formulas and colours, since the extras haven't come, and again when they have.

import { type Draw, schedule } from "../dom/frames.ts";
import { extras } from "../wire/extras.ts";

const waiting = new Set<() => void>();

const draw: Draw = deadline => {
  for (const redraw of waiting) {
    if (performance.now() > deadline) return true;
    waiting.delete(redraw);
    redraw();
  }
  return false;
};

/** `redraw` when the extras are there, which are fetched now. Where they can't be had, what was drawn stays as it is. */
export function whenExtrasCome(redraw: () => void): void {
  waiting.add(redraw);
  extras.fetch().then(
    () => schedule(draw),
    () => {},
  );
}
