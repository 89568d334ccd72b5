// Conversations as a reasoning model has them, in sentences of our own.

import type { Script } from "./script.ts";

export const SUM: Script = {
  question: "What is 17 × 24?",
  reasoning: `Okay, I need to find $17 \\times 24$ without a calculator. The second number is easy to take apart, so I begin with that.

First, split 24 into 20 and 4:

- $17 \\times 20 = 340$
- $17 \\times 4 = 68$

So the product is $340 + 68 = 408$.

Wait, let me check that with another split. $(20 - 3) \\times 24 = 480 - 72 = 408$. Good, that is the same.

Alternatively, 24 is one less than 25, and a quarter of a hundred is easy: $17 \\times 25 = 425$, and $425 - 17 = 408$.

All three ways agree. So the answer is **408**, and I can show the first way, since it is the shortest.`,
  answer: `Split 24 into 20 and 4:

\\[
17 \\times 24 = 17 \\times 20 + 17 \\times 4 = 340 + 68 = 408
\\]

The answer is **408**.`,
};

export const RICH: Script = {
  question: "Show me how the sum of the first n squares grows, with the formula, a table and some code.",
  reasoning: `The sum is $\\sum_{k=1}^{n} k^2 = \\frac{n(n+1)(2n+1)}{6}$, and I should show it beside a few values.

Let me verify it for a small case, $n = 4$:

$$
1 + 4 + 9 + 16 = 30 = \\frac{4 \\cdot 5 \\cdot 9}{6} = \\frac{180}{6}
$$

| n | sum | formula |
|--:|----:|:--------|
| 1 | 1 | $\\frac{1 \\cdot 2 \\cdot 3}{6}$ |
| 2 | 5 | $\\frac{2 \\cdot 3 \\cdot 5}{6}$ |
| 3 | 14 | $\\frac{3 \\cdot 4 \\cdot 7}{6}$ |

Now some code for it. A loop is easy to read:

\`\`\`python
total = 0
for k in range(1, n + 1):
    total += k * k  # the square itself, and not k ** 2
\`\`\`

Therefore I can answer with all three of them.`,
  answer: `## The formula

$$
\\sum_{k=1}^{n} k^2 \\;=\\; \\frac{n(n+1)(2n+1)}{6} \\;=\\; \\frac{n^3}{3} + \\frac{n^2}{2} + \\frac{n}{6}
$$

It grows like $n^3/3$. A long one, for a narrow page:

$$
1^2 + 2^2 + 3^2 + 4^2 + 5^2 + 6^2 + 7^2 + 8^2 + 9^2 + 10^2 + 11^2 + 12^2 + 13^2 + 14^2 + 15^2 + 16^2 + 17^2 + 18^2 + 19^2 + 20^2 = 2870
$$

## A wide table

| n | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 100 | 1,000 | 10,000 | 100,000 | 1,000,000 | 10,000,000 |
|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| sum | 1 | 5 | 14 | 30 | 55 | 91 | 140 | 204 | 285 | 385 | 338,350 | 333,833,500 | 333,383,335,000 | 333,338,333,350,000 | 333,333,833,333,500,000 | 333,333,383,333,335,000,000 |
| ratio to n³ | 1.000 | 0.625 | 0.519 | 0.469 | 0.440 | 0.421 | 0.408 | 0.398 | 0.391 | 0.385 | 0.338 | 0.334 | 0.333 | 0.333 | 0.333 | 0.333 |

## The code

\`\`\`python
from functools import reduce

def squares(n: int, *, start: int = 1) -> int:
    """The sum of the squares from \`start\` to \`n\`."""
    if n < start:
        raise ValueError(f"nothing to add up from {start} to {n}; call it with a number that is not smaller than the first one")
    return reduce(lambda total, k: total + k**2, range(start, n + 1), 0)  # 338350 for n = 100
\`\`\`

1. Call \`squares(100)\`, which is
   - the same as \`n * (n + 1) * (2 * n + 1) // 6\`,
   - and slower.
2. Compare it with the table.

> The order of the sum doesn't matter, since all of its terms are whole numbers.

See [the list of such sequences](https://oeis.org/A000330).`,
};

export const MORE: Script[] = [
  {
    question: "Is 91 a prime number?",
    reasoning:
      "Let me test the small primes. 91 is odd, and 9 + 1 = 10 isn't divisible by 3.\n\nNext is 7: $7 \\times 13 = 91$. So it isn't a prime.",
    answer: "No: $91 = 7 \\times 13$.",
  },
  {
    question: "Thank you!",
    reasoning: "",
    answer: "You're welcome. Ask me another one.",
    state: { thinking_ended_by: undefined },
  },
  {
    question: "Which day of the week was the first of January 2000?",
    reasoning:
      "I know that the first of January 2001 was a Monday.\n\n2000 was a leap year, so it had 366 days, which is 52 weeks and 2 days. So two days back from Monday: Saturday.\n\nWait, is that right? The rule for centuries: 2000 is divisible by 400, so it was a leap year. Yes.",
    answer: "It was a **Saturday**.",
  },
];

/** What must grow with what is within. */
export const TALL: Script = {
  question: "Show me formulas that are tall.",
  reasoning:
    "A root, $\\sqrt{2}$, and $\\sqrt{\\dfrac{1}{1 + \\dfrac{1}{x}}}$.\n\nIn a line $\\binom{n}{k}$ is small.",
  answer: `\\[ \\binom{n}{k} = \\frac{n!}{k!\\,(n-k)!}, \\quad \\left( \\frac{\\dfrac{a}{b}}{\\dfrac{c}{d}} \\right)^2, \\quad \\left\\lfloor \\frac{x}{2} \\right\\rfloor, \\quad \\left\\{ \\begin{array}{l} a \\\\ b \\\\ c \\end{array} \\right. \\]

\\[ \\sqrt[3]{\\frac{\\displaystyle\\sum_{i=1}^{n} x_i}{\\displaystyle\\int_0^1 f(t)\\,dt}}, \\quad \\overrightarrow{AB}, \\quad \\vec{v}, \\quad \\hbar, \\quad \\mathbf{A} \\in \\mathbb{R}, \\quad \\mathcal{F} \\]`,
};
