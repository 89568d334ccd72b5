"""Phrasings that training never sees: word problems in other voices, for evaluation alone.

Each file is one set and was written apart from the training tables: a line has the sum and the text. A set's people come
from a list of their own. Training leaves out not only these texts but all that have the skeleton of one: the same words
around other names, things, numbers and deeds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

SETS = ("schoolbook", "chat", "exam", "oldbook", "strangers", "newcomers", "passersby", "wayfarers")
# fmt: off
SHE = ("Meera", "Siobhan", "Leonie", "Anouk", "Tamsin", "Xiao Mei", "Paulina", "Oksana", "Delphine", "Marisol", "Nkechi", "Bridget", "Solveig", "Jasmine", "Hyejin", "Lotte", "Rosalind", "Farah")
HE = ("Declan", "Matteo", "Tobias", "Rahul", "Kwabena", "Xiao Gang", "Gunnar", "Stefan", "Alejandro", "Winston", "Baptiste", "Harold", "Sunil", "Jerome", "Ruben", "Yannick", "Clifford", "Masato")
# The words that make a phrasing what it is; all others are names, things and deeds.
FRAME = frozenset(
    ["has", "have", "had", "is", "are", "was", "were", "be", "been", "will", "would", "there", "and", "but", "or", "then", "if", "when", "after", "before", "each", "every", "in", "on", "of", "with", "for", "than", "more", "fewer", "less", "many", "much", "how", "what", "left", "now", "all", "altogether", "together", "total", "some", "them", "one", "other", "another", "does", "do", "did", "at", "to", "from", "by", "still", "so", "far", "need", "needs", "get", "gets", "got", "cost", "costs", "old", "years", "times", "twice", "per", "half", "same", "difference", "sum", "number", "find", "calculate", "long", "tall", "first", "second", "remain", "remains", "remaining", "rest", "only", "already", "who", "which", "that", "this", "not", "no", "out", "up", "away", "between", "both", "most", "just", "once", "again", "same"]
)
NUMBER_WORDS = frozenset(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"])
# fmt: on


@dataclass(frozen=True)
class Line:
    """One phrasing: its sum over the letters a, b and c, and its text with {a}, {N} and so on."""

    sum: str
    text: str

    def told(self, rng: Random, values: dict[str, int]) -> str:
        """The text with people and numbers in it."""
        she = rng.random() < 0.5
        name, other = rng.sample(SHE if she else HE, 1) + rng.sample(HE if she else SHE, 1)
        he, him, his = ("she", "her", "her") if she else ("he", "him", "his")
        return self.text.format(N=name, M=other, he=he, him=him, his=his, He=he.capitalize(), **values)


@cache
def lines(name: str) -> tuple[Line, ...]:
    """The phrasings of one set."""
    text = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(Line(line.partition(" | ")[0], line.partition(" | ")[2]) for line in text.splitlines() if line)


def skeleton(text: str) -> str:
    """The text without names, things, deeds and numbers: `_ has # _ and _ # more . how many _ does _ have now`."""
    parts: list[str] = []
    for word in re.findall(r"\d+|[.?]|\w+", text.lower()):
        if word in ("a", "an", "the"):
            continue
        if word.isdigit() or word in NUMBER_WORDS:
            word = "#"
        elif word not in FRAME and word not in ".?":
            word = "_"
        if word != "_" or parts[-1:] != ["_"]:
            parts.append(word)
    return " ".join(parts).rstrip(" .?")


@cache
def skeletons() -> frozenset[str]:
    """The skeletons of every set."""
    values = {"a": 23, "b": 5, "c": 7}
    return frozenset(skeleton(line.told(Random(0), values)) for name in SETS for line in lines(name))


def reserved(text: str) -> bool:
    """Whether `text` has the skeleton of a phrasing that is kept for evaluation."""
    return skeleton(text) in skeletons()
