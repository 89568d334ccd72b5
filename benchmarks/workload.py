"""The long trace: about 131,000 characters of markdown with math and code in 32,768 token-sized pieces."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

TOKENS = 32_768

_SENTENCES = (
    "Let me think about the next term, which should be larger than the one before.",
    "So the sum is $\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}$, and that settles the first part.",
    "Wait, I should check that again with a smaller number.",
    "Alternatively, **both sides** can be divided by $x^2 + 1$, which is never zero.",
    "It costs $5 and $6, so that is `5 + 6` in all.",
    "Hmm, the second case is the hard one; *nothing* cancels here.",
)
_BLOCKS = (
    "$$\n\\int_0^1 x^2 \\, dx = \\frac{1}{3}\n$$",
    "```python\ntotal = 0\nfor n in range(10):\n    total += n * n\nprint(total)\n```",
    "- first, the base case\n- then the step\n  - from $n$ to $n + 1$\n- and nothing else",
    "| n | n² |\n|---|---|\n| 1 | 1 |\n| 2 | 4 |",
    "### Second attempt",
)


MARKER = r"mark(\d+)\."
"""Each paragraph of prose begins with a word that stands in the text once, and is one piece: a page can be asked when
it showed it, and whoever paces the pieces knows when it was written."""


def pieces(tokens: int = TOKENS) -> Iterator[str]:
    """The trace, piece by piece. The same every time."""
    chance = random.Random(0)
    return itertools.islice(_endless(chance), tokens)


def _endless(chance: random.Random) -> Iterator[str]:
    for number in itertools.count():
        if chance.random() < 0.25:
            yield from _cut(chance.choice(_BLOCKS) + "\n\n")
        else:
            yield f"mark{number}."
            yield from _cut(" " + " ".join(chance.choices(_SENTENCES, k=chance.randint(2, 6))) + "\n\n")


def _cut(text: str) -> list[str]:
    """Pieces of about four characters, as a tokenizer would make."""
    return [text[i : i + 4] for i in range(0, len(text), 4)]
