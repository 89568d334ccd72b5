"""The tables of whole phrasings: one line a story, under a heading with the sum and the reason for it.

    = a × b - c : There are equal groups, so I multiply; then some go, so I subtract.
    {n} ~have {a} {boxes} with {b} {t} each. ... => {r} {t} are left.

The language of a line is explained in `language`, its slots in `cast`. After the arrow stands the sentence that answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..problems import MINUS, PLUS, TIMES

SIGNS = {"+": PLUS, "-": MINUS, "×": TIMES}


@dataclass(frozen=True)
class Sum:
    """A sum over letters, such as `a + b × c`: its operands (letters, or numbers as text), and what is done first."""

    operands: tuple[str, ...]
    operations: tuple[str, ...]
    inner: int = 0


@dataclass(frozen=True)
class Phrasing:
    """One line of a table."""

    sum: Sum
    why: str
    text: str
    reply: str


def read_sum(text: str) -> Sum:
    """Reads `a × b - c` or `(a - b) × c`; a product comes first, else it goes from left to right."""
    operands = tuple(re.findall(r"[a-z]|\d+", text))
    operations = tuple(SIGNS[sign] for sign in re.findall(r"[+×-]", text))
    inner = int(len(operations) == 2 and operations[1] == TIMES and operations[0] != TIMES and "(" not in text)
    return Sum(operands, operations, inner)


@cache
def table(name: str) -> dict[str, tuple[Phrasing, ...]]:
    """The phrasings of one file, by the heading they stand under."""
    found: dict[str, list[Phrasing]] = {}
    heading = ""
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            heading = line[2:]
            found[heading] = []
        elif line:
            wanted, _, why = heading.partition(" : ")
            text, _, reply = line.partition(" => ")
            found[heading].append(Phrasing(read_sum(wanted), why, text, reply))
    return {heading: tuple(lines) for heading, lines in found.items()}


@cache
def written(steps: int) -> tuple[Phrasing, ...]:
    """The phrasings of one step or of two in the folder `written`, of all files and headings."""
    names = sorted(path.stem for path in (Path(__file__).parent / "written").glob("*.txt"))
    lines = [line for name in names for some in table(f"written/{name}").values() for line in some]
    return tuple(line for line in lines if len(line.sum.operations) == steps)
