"""`wrong_lines`: which lines of a thought of the built-in model's are wrong. Its working is always the same, so each line can be told.

The line that states the sum is wrong if the sum isn't worth what was asked for; then the line before it, that says why, is wrong too if it chooses other
operations than those of the problem ("so I add"). Any other is wrong if its numbers, signs and places aren't those of a line
of the right working of the sum as it was stated: what is computed wrongly, and what is computed rightly of other numbers than those before it. Words
aren't looked at, nor are lines without numbers; a line that is left out isn't a wrong line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from r1widget.pocket.problems import MINUS, PLUS, TIMES, Problem
from r1widget.pocket.traces import Nonsense, write
from r1widget.reasoning.steps import Step

STATES = "I need to work out"
_STATED = re.compile(rf"{STATES} ([\d()+×− ]+)\.?")
_CONTENT = re.compile(r"\d+|[+×−=]|ones|tens|hundreds|thousands")


_CHOSEN = re.compile(r"\b(?:so I|by) (add|subtract|multipl)\w*( twice)?")
_OPERATIONS = {"add": PLUS, "subtract": MINUS, "multipl": TIMES}


class Line(NamedTuple):
    """Of a thought, half open, in its code points."""

    start: int
    end: int


class Always(Random):
    """Chances that all come out the same: a working that is written in one of its ways."""

    def __init__(self, chance: float) -> None:
        super().__init__()
        self._chance = chance

    def random(self) -> float:
        return self._chance


def wrong_lines(reasoning: str, asked: Problem) -> list[Line]:
    """In the order of the text. None where it states no sum: then nothing can be said of it."""
    found: list[Line] = []
    before: list[Line] = []
    right: set[tuple[str, ...]] | None = None
    at = 0
    for text in reasoning.splitlines(keepends=True):
        line = Line(at, at + len(text))
        at = line.end
        if right is not None:
            if content(text) and content(text) not in right:
                found.append(line)
        elif stated := _STATED.search(text):
            problem = read(stated[1])
            if problem is None:
                return [*before, line]
            if problem.answer() != asked.answer():
                found += [*before, line]
            right = working(problem)  # of the sum as it was stated: what follows may be right
        elif (chosen := operations(text)) and chosen != in_order(asked):
            before.append(line)
    return found


def operations(line: str) -> tuple[str, ...]:
    """That it says the working chooses, in their order."""
    return tuple(_OPERATIONS[verb] for verb, twice in _CHOSEN.findall(line) for _ in range(2 if twice else 1))


def in_order(problem: Problem) -> tuple[str, ...]:
    """Its operations as they are carried out."""
    return problem.operations[::-1] if problem.inner else problem.operations


def read(expression: str) -> Problem | None:
    """The sum of the signs `expression` writes; None for what isn't one or two operations."""
    numbers, signs = re.findall(r"\d+", expression), re.findall(r"[+×−]", expression)
    if len(numbers) != len(signs) + 1 or len(signs) not in (1, 2):
        return None
    second = len(signs) == 2 and (
        expression.find("(") > 0 or ("(" not in expression and signs[1] == TIMES and signs[0] != TIMES)
    )
    return Problem(tuple(map(int, numbers)), tuple(signs), int(second))


def working(problem: Problem) -> set[tuple[str, ...]]:
    """What its lines say, in all ways in which it is written, with a second look."""
    found: set[tuple[str, ...]] = set()
    for chance in (0.0, 0.99):
        try:
            thinking = write(problem, Always(chance), checks=1).thinking
        except Nonsense:
            continue  # a sum that it can't do
        found.update(map(content, thinking.splitlines()))
    return found


def content(line: str) -> tuple[str, ...]:
    """Its numbers, signs and places."""
    return tuple(_CONTENT.findall(line.lower()))


def step_of(line: Line, steps: Sequence[Step]) -> int:
    """The number of the step, from 0, that the line's first word stands in."""
    return max((number for number, step in enumerate(steps) if step.start <= line.start), default=0)
