"""Short word problems of one step and of two: the story, the numbers it draws on, and the sentence that answers it.

A story names its numbers {a}, {b}, {c}; the person is {n}, another one {m}, the things are {t}. The tables stand in
`tales`; how the working goes on after the first line stands in `traces`.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .phrases import careless
from .problems import MINUS, PLUS, TIMES, Problem, number, within_range
from .tales import NAMES, ONE_STEP, PLACES, THINGS, TWO_STEP


@dataclass(frozen=True)
class Story:
    """A word problem: its text, the sum behind it, the first line of the working, and the answer's sentence."""

    text: str
    problem: Problem
    lead: str
    reply: str  # with {r} for the result


def drawn(rng: Random, operations: tuple[str, ...], inner: int) -> Problem:
    """Numbers that a story can stand: nothing below two, no result below zero."""
    while True:
        if operations == (TIMES,):
            numbers: tuple[int, ...] = (number(rng, 0.5, 0.5), number(rng, 0.35, 0.65))
        elif len(operations) == 1:
            numbers = (number(rng, 0.1, 0.5, 0.4), number(rng, 0.15, 0.5, 0.35))
        else:
            numbers = tuple(number(rng, 0.45, 0.45, 0.1) for _ in range(3))
        problem = Problem(numbers, operations, inner)
        if min(numbers) > 1 and within_range(problem) and problem.answer() >= 0:
            if len(numbers) == 2 or problem.step().answer() > 0:
                return problem


def tell(rng: Random, kind: str | None = None) -> Story:
    """Draws a word problem; `kind` is `one` or `two` steps, else either."""
    table = TWO_STEP if kind == "two" or (kind is None and rng.random() < 0.45) else ONE_STEP
    shape = rng.choice(sorted(table))
    operations = tuple(sign for sign in shape if sign in (PLUS, MINUS, TIMES))
    inner = 1 if shape in (f"{PLUS}{TIMES}", f"{MINUS}{TIMES}") else 0
    text, lead, reply = rng.choice(table[shape])
    problem = drawn(rng, operations, inner)
    name, other = rng.sample(NAMES, 2)
    things = rng.choice(THINGS)
    words = dict(zip("abc", problem.numbers, strict=False), n=name, m=other, t=things, p=rng.choice(PLACES))
    told = careless(rng, text.format(**words))
    return Story(told, problem, lead.format(**words) + "\n", reply.format(**words, r="{r}"))
