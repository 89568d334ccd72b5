"""Arithmetic problems as values: their truth, how they are drawn, and which of them training never sees.

No wording here: `phrases` and `stories` ask a problem in words, `traces` writes its working.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from random import Random

PLUS, MINUS, TIMES = "+", "−", "×"
SALT = "pocket16 "


@dataclass(frozen=True)
class Problem:
    """Two numbers and an operation, or three numbers and two; `inner` is the operation that is done first."""

    numbers: tuple[int, ...]
    operations: tuple[str, ...]
    inner: int = 0

    @property
    def kind(self) -> str:
        """`add`, `subtract`, `multiply` or `two-step`."""
        if len(self.operations) == 2:
            return "two-step"
        return {PLUS: "add", MINUS: "subtract", TIMES: "multiply"}[self.operations[0]]

    @property
    def bracketed(self) -> bool:
        """Whether the first step needs brackets around it."""
        if len(self.operations) == 1:
            return False
        if self.inner == 0:
            return self.operations[1] == TIMES and self.operations[0] != TIMES
        return not (self.operations[1] == TIMES and self.operations[0] != TIMES)

    def step(self) -> Problem:
        """The step that is done first."""
        start = self.inner
        return Problem(self.numbers[start : start + 2], self.operations[start : start + 1])

    def rest(self, first: int) -> Problem:
        """What is left to do once the first step gave `first`."""
        if self.inner == 0:
            return Problem((first, self.numbers[2]), self.operations[1:])
        return Problem((self.numbers[0], first), self.operations[:1])

    def answer(self) -> int:
        """The true result."""
        if len(self.operations) == 2:
            return self.rest(self.step().answer()).answer()
        left, right = self.numbers
        return {PLUS: left + right, MINUS: left - right, TIMES: left * right}[self.operations[0]]

    def with_numbers(self, numbers: tuple[int, ...]) -> Problem:
        """The same form over other numbers."""
        return Problem(numbers, self.operations, self.inner)


def signed(number: int) -> str:
    """A number as the working writes it, with a true minus sign."""
    return f"{MINUS}{-number}" if number < 0 else str(number)


def pieces(problem: Problem) -> list[str | int]:
    """The expression as text and numbers in turn, so that a writer can handle each number."""
    parts: list[str | int] = []
    for index, number in enumerate(problem.numbers):
        if index:
            parts.append(f" {problem.operations[index - 1]} ")
        if problem.bracketed and index == problem.inner:
            parts.append("(")
        parts.append(number)
        if problem.bracketed and index == problem.inner + 1:
            parts.append(")")
    return parts


def expression(problem: Problem) -> str:
    """The problem in signs, such as `12 + 7 × 3`."""
    return "".join(part if isinstance(part, str) else signed(part) for part in pieces(problem))


def held_out(problem: Problem) -> bool:
    """Whether training must never ask this: one problem in twenty, by a hash of its expression.

    The order of the numbers in a one-step sum or product doesn't count. One-digit problems are never held out:
    they are the tables that every longer working is made of.
    """
    if problem.kind != "two-step":
        if max(problem.numbers) < 10:
            return False
        if problem.operations[0] != MINUS:
            low, high = sorted(problem.numbers)
            problem = problem.with_numbers((low, high))
    return zlib.crc32((SALT + expression(problem)).encode()) % 20 == 0


def untouched(problem: Problem) -> bool:
    """Whether training may ask this: neither the problem nor a step of a two-step problem is held out."""
    if held_out(problem):
        return False
    if problem.kind != "two-step":
        return True
    first = problem.step()
    return not held_out(first) and not held_out(problem.rest(first.answer()))


def within_range(problem: Problem) -> bool:
    """Whether the pocket model takes this on."""
    if problem.kind == "two-step":
        first = problem.step()
        result = first.answer()
        if result < 0 and (problem.inner == 1 or (problem.operations[1] == TIMES and problem.numbers[2] > 9)):
            return False
        return within_range(first) and within_range(problem.rest(result))
    sizes = sorted(len(str(abs(number))) for number in problem.numbers)
    if problem.operations[0] == TIMES:
        return sizes[1] <= 2 or sizes == [1, 3]
    return sizes[1] <= 4


def number(rng: Random, *weights: float) -> int:
    """A whole number; `weights` says how often it has one, two, three digits."""
    digits = rng.choices(range(1, len(weights) + 1), weights)[0]
    value = rng.randrange(10 ** (digits - 1) if digits > 1 else 0, 10**digits)
    return value - value % 10 if digits > 1 and rng.random() < 0.06 else value


def one_step(rng: Random, operation: str) -> Problem:
    """Draws a problem with one operation."""
    if operation == TIMES:
        sizes = rng.choices(((1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3)), (8, 14, 10, 58, 6, 4))[0]
        left, right = (number(rng, *(0.0,) * (size - 1), 1.0) for size in sizes)
        return Problem((left, right), (TIMES,))
    left, right = number(rng, 0.14, 0.36, 0.5), number(rng, 0.14, 0.36, 0.5)
    if operation == MINUS:
        if rng.random() < 0.35:  # which of two is less is hard to see where their first digits are the same
            right = max(0, left + rng.randint(-12, 12))
        if right > left and rng.random() < 0.6:
            left, right = right, left
    return Problem((left, right), (operation,))


def two_step(rng: Random) -> Problem:
    """Draws a problem with two operations, within range."""
    while True:
        operations = tuple(rng.choices((PLUS, MINUS, TIMES), (3, 3, 4), k=2))
        if operations == (TIMES, TIMES) and rng.random() < 0.7:
            continue
        inner = rng.randrange(2)
        if TIMES in operations and rng.random() < 0.6:  # more often as one writes it, without brackets
            inner = operations.index(TIMES)
        elif TIMES not in operations and rng.random() < 0.7:
            inner = 0
        numbers = tuple(number(rng, 0.45, 0.42, 0.13) for _ in range(3))
        problem = Problem(numbers, operations, inner)
        if not within_range(problem) or (problem.answer() < 0 and rng.random() < 0.6):
            continue
        if (problem.step().answer() < 0 and rng.random() < 0.6) or (0 in numbers and rng.random() < 0.7):
            continue
        return problem
