// What is the same in every language: how coarsely a number is said, and how facts are lined up. No words here.

/** Estimates as people say them: up to so many seconds, in steps of so many. As in r1widget/conversation/estimate.py. */
const STEPS = [
  [10, 1],
  [60, 5],
  [20 * 60, 60],
  [3600, 300],
  [10 * 3600, 600],
  [48 * 3600, 3600],
  [Number.POSITIVE_INFINITY, 86400],
] as const;

/** The seconds of an estimate, in steps; `whole` rounds to whole steps. */
export function inSteps(seconds: number, whole: (steps: number) => number): number {
  let value = 0;
  for (const [limit, step] of STEPS) {
    value = Math.max(1, whole(seconds / step)) * step;
    if (value < limit) break;
  }
  return value;
}

/** A pace: two digits that count, and no tenths from 3 up, where they would only flicker. */
export function coarsePace(pace: number): number {
  if (pace < 3) return Math.max(0.1, Math.round(pace * 10) / 10);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(pace)) - 1);
  return Math.round(pace / step) * step;
}

/** Facts in a line; an empty one isn't there. */
export const joined = (facts: string[]) => facts.filter(fact => fact !== "").join(" · ");

/** With so many decimal places at most: 5 → "5", 1.777 → "1.78". */
export const rounded = (value: number, places: number) => String(Number(value.toFixed(places)));

/** Of a file or a memory: 58e6 → "58 MB". With `of`, in the unit that this has, which isn't said. */
export function size(bytes: number, of?: number): string {
  const whole = of ?? bytes;
  const [unit, name] = whole >= 999.5e6 ? [1e9, "GB"] : whole >= 999_500 ? [1e6, "MB"] : [1e3, "kB"];
  const value = bytes / unit;
  const shown =
    unit === 1e9 || (unit === 1e6 && whole < 9.95e6) ? value.toFixed(1) : String(Math.round(value));
  return of === undefined ? `${shown} ${name}` : shown;
}
