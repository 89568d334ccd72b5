// A long thought, of as many tokens as are wanted: it goes through the odd numbers one after the other, checks itself now
// and then, and tries another way. What it says of the numbers is true.

import { pieces } from "./script.ts";

const divisorOf = (n: number) => {
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return d;
  return n;
};

/** "73 = 5 × 14 + 3" */
const division = (n: number, by: number) => `${n} = ${by} × ${Math.floor(n / by)} + ${n % by}`;

function test(n: number): string {
  const divisor = divisorOf(n);
  if (divisor < n)
    return `${n} is ${divisor} × ${n / divisor}, so it isn't a prime and I can leave it out of the count.`;
  const tried = [3, 5, 7, 11, 13, 17].filter(d => d * d <= n);
  const shown = tried.map(d => `$${division(n, d).replace(/×/g, "\\times")}$`).join(", ");
  const why =
    tried.length > 0 ? `Nothing up to its root divides it: ${shown}.` : "It is too small to be divided.";
  return `${n} is next. ${why} That makes it a prime.`;
}

/** What may come after the number `n`; `found` have been counted so far. */
function aside(n: number, found: number[]): string {
  const last = found.at(-1) ?? 5;
  const root = Math.floor(Math.sqrt(last));
  switch (n % 14) {
    case 1:
      return `Wait, let me check ${last} again. Its root is a little more than ${root}, and I went up to there.`;
    case 5:
      return `Alternatively, I can write it as a sum of two squares, since only these primes have one: ${squares(last)}.`;
    case 9:
      return `So up to here there are ${found.length} of them, and the largest is **${last}**.`;
    case 13:
      return `Hmm, did I miss one? The last few were ${found.slice(-4).join(", ")}. No, that is all of them.`;
    default:
      return "";
  }
}

function squares(n: number): string {
  for (let a = 1; a * a < n; a++) {
    const b = Math.sqrt(n - a * a);
    if (Number.isInteger(b)) return `$${n} = ${a}^2 + ${b}^2$`;
  }
  return `${n} has none`;
}

export function longThought(tokens: number): { reasoning: string; answer: string; limit: number } {
  const steps = [
    "Okay, I need to count the primes that leave 1 when they are divided by 4. I go through the odd numbers, and keep the ones that do.",
    "First, which numbers come into question? Those of the form $4k + 1$: 5, 9, 13, 17 and so on. To see whether one is a prime I divide by the odd primes up to its root:\n\n- by 3, for which the sum of the digits is enough,\n- by 5, for which the last digit is enough,\n- by 7, 11, 13 and 17, for which I have to divide.",
  ];
  const found: number[] = [];
  let length = steps.reduce((sum, step) => sum + pieces(step).length, 0);
  let n = 5;
  for (; length < tokens; n += 4) {
    if (divisorOf(n) === n) found.push(n);
    for (const step of [test(n), aside(n, found)]) {
      if (step === "") continue;
      steps.push(step);
      length += pieces(step).length;
    }
  }
  steps.push(`Therefore the count is ${found.length}, and the last of them is ${found.at(-1)}.`);
  return {
    reasoning: steps.join("\n\n"),
    answer: `There are **${found.length}** such primes below ${n}. The largest is ${found.at(-1)}.`,
    limit: n,
  };
}
