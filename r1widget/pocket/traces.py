"""The working that the model learns to write: digit by digit, in plain words, every value on the page.

Each value goes through `Working.put`, so that a sample can have one of them altered; all that comes after it is
computed from what was written. That is how the model learns to follow its own trace. No wording of questions here.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .problems import MINUS, PLUS, TIMES, Problem, pieces, signed

PLACES = ("ones", "tens", "hundreds", "thousands", "ten-thousands")


class Nonsense(Exception):
    """An altered value left the working without a sensible way on; the sample is drawn again."""


class Working:
    """A page being written. `alter` names the value, counted from 0, that is written down wrong."""

    def __init__(self, rng: Random, alter: int | None = None) -> None:
        self.rng, self.alter = rng, alter
        self.text, self.values = "", 0
        self.altered: int | None = None  # where the altered value ends
        self.parts: str | None = None  # how the last long product came about, for a second look

    def say(self, text: str) -> None:
        """Writes words."""
        self.text += text

    def put(self, value: int, most: int = 9999) -> int:
        """Writes a value and gives back what was written; `most` is the largest it could be here."""
        if self.values == self.alter:
            value = another(self.rng, value, most)
            self.altered = len(self.text) + len(signed(value))
        self.values += 1
        self.text += signed(value)
        return value


def another(rng: Random, value: int, most: int) -> int:
    """A wrong value of the same sign: most often one digit off, now and then any value."""
    size = abs(value)
    while True:
        digits = list(str(size))
        if (draw := rng.random()) < 0.7:
            digits[rng.randrange(len(digits))] = str(rng.randrange(10))
            other = int("".join(digits))
        elif draw < 0.85:
            other = size + rng.choice((-10, -2, -1, 1, 2, 10, 100))
        else:
            other = rng.randrange(10 ** len(digits))
        if other != size and 0 <= other <= most and (value >= 0 or other):
            return -other if value < 0 else other


def digits_of(value: int, size: int = 0) -> list[int]:
    """Digits, ones first, filled up with zeros to `size`."""
    return [int(digit) for digit in reversed(str(value).zfill(size))]


def number_of(digits: list[int]) -> int:
    """The number that columns stand for, ones first."""
    return sum(digit * 10**place for place, digit in enumerate(digits))


def split(work: Working, value: int, size: int) -> list[int]:
    """Writes a number out by places, largest first."""
    work.say(f"{value} is ")
    digits = []
    for place in reversed(range(size)):
        digits.append(work.put(digits_of(value, size)[place], 9))
        work.say(f" {PLACES[place]}" + (", " if place else ".\n"))
    return digits[::-1]


def conclude(work: Working, left: int, operation: str, right: int, result: int) -> int:
    """Writes the line that a routine ends with."""
    work.say(f"So {signed(left)} {operation} {signed(right)} = ")
    written = work.put(result, 99999)
    work.say(".\n")
    return written


def add(work: Working, left: int, right: int) -> int:
    """Adds by places with carries; one-digit numbers at once."""
    if max(left, right) < 10:
        return conclude(work, left, PLUS, right, left + right)
    size = len(str(max(left, right)))
    upper, lower = split(work, left, size), split(work, right, size)
    columns: list[int] = []
    carry = 0
    for place in range(size):
        work.say(f"{PLACES[place].capitalize()}: {upper[place]} + {lower[place]}" + " + 1" * carry + " = ")
        column = work.put(upper[place] + lower[place] + carry, 19)
        carry = column // 10 if place + 1 < size else 0
        if carry:
            work.say(", write ")
            column = work.put(column % 10, 9)
            work.say(", carry 1")
        columns.append(column)
        work.say(".\n")
    return conclude(work, left, PLUS, right, number_of(columns))


def subtract(work: Working, left: int, right: int) -> int:
    """Subtracts by places with borrows; a smaller number less a larger one by turning them round."""
    if left < right:
        if seen_late(work.rng, left, right):
            find_out(work, left, right)
        else:
            work.say(f"{left} is less than {right}, so I turn it round: {right} {MINUS} {left}.\n")
        return conclude(work, left, MINUS, right, -subtract(work, right, left))
    if left < 10:
        return conclude(work, left, MINUS, right, left - right)
    columns = less(work, left, right)
    if columns is None:
        raise Nonsense
    return conclude(work, left, MINUS, right, number_of(columns))


def less(work: Working, left: int, right: int) -> list[int] | None:
    """Writes the places of a subtraction, ones first; none: in the last one there is nothing to borrow from."""
    size = len(str(left))
    upper, lower = split(work, left, size), split(work, right, size)
    columns: list[int] = []
    borrow = 0
    for place in range(size):
        work.say(f"{PLACES[place].capitalize()}: ")
        top, owed = upper[place], f" {MINUS} {lower[place]}" + f" {MINUS} 1" * borrow
        short = top < lower[place] + borrow
        if short and place + 1 == size:
            work.say(f"{top}{owed}, ")
            return None
        if short:
            work.say(f"{top}{owed}, borrow: ")
            top += 10
        work.say(f"{top}{owed} = ")
        columns.append(work.put(top - lower[place] - borrow, 9))
        work.say(".\n")
        borrow = int(short)
    return columns


def seen_late(rng: Random, left: int, right: int) -> bool:
    """Whether it is only found out on the way that `left` is less. Which of two numbers is less is hard to see at once where their
    first digits are the same; that there is nothing left to borrow from is plain, and whoever has taken it wrongly can mend it there.
    """
    same_size = left > 9 and len(str(left)) == len(str(right))
    return same_size and rng.random() < (0.5 if str(left)[0] == str(right)[0] else 0.15)


def find_out(work: Working, left: int, right: int) -> None:
    """Subtracts `right` as if it were less, as far as that goes."""
    if less(work, left, right) is not None:
        raise Nonsense
    work.say(f"and nothing to borrow. Wait, {left} is less than {right}, so I turn it round: {right} {MINUS} {left}.\n")


def times_digit(work: Working, left: int, digit: int) -> int:
    """Multiplies by one digit, place by place with carries."""
    columns: list[int] = []
    carry = 0
    for place, other in enumerate(digits_of(left)):
        work.say(f"{PLACES[place].capitalize()}: {other} {TIMES} {digit} = ")
        column = work.put(other * digit, 89)
        if carry:
            work.say(f", {column} + {carry} = ")
            column = work.put(column + carry, 97)
        carry = column // 10 if place + 1 < len(str(left)) else 0
        if carry:
            work.say(", write ")
            low = column % 10
            column = work.put(low, 9)
            work.say(", carry ")
            carry = work.put(carry, 9)
        columns.append(column)
        work.say(".\n")
    return conclude(work, left, TIMES, digit, number_of(columns))


def multiply(work: Working, left: int, right: int) -> int:
    """Multiplies by the tens and the ones of the second number, then adds the two parts."""
    if min(left, right) == 0 or max(left, right) < 10:
        return conclude(work, left, TIMES, right, left * right)
    if min(left, right) > 99 or max(left, right) > 999:
        raise Nonsense
    if len(str(left)) < len(str(right)):
        work.say(f"{left} {TIMES} {right} is the same as {right} {TIMES} {left}.\n")
        return conclude(work, left, TIMES, right, multiply(work, right, left))
    if right < 10:
        return times_digit(work, left, right)
    if right % 10 == 0:
        work.say(f"First {left} {TIMES} {right // 10}.\n")
        return conclude(work, left, TIMES, right, 10 * times_digit(work, left, right // 10))
    work.say(f"{right} is ")
    tens = work.put(right - right % 10, 90)
    work.say(" + ")
    ones = work.put(right % 10, 9)
    if tens % 10 or not tens or not ones:
        raise Nonsense
    work.say(f".\nNow {left} {TIMES} {ones}.\n")
    low = times_digit(work, left, ones)
    work.say(f"Now {left} {TIMES} {tens // 10}.\n")
    part = times_digit(work, left, tens // 10)
    high = conclude(work, left, TIMES, tens, 10 * part)
    work.parts = f"{left} {TIMES} {ones} = {low} and {left} {TIMES} {tens} = {high}, so {low} + {high} = "
    work.say(f"Now {low} + {high}.\n")
    return conclude(work, left, TIMES, right, add(work, low, high))


def carry_out(work: Working, problem: Problem) -> int:
    """Writes the working of one operation; the first number may be negative."""
    left, right = problem.numbers
    operation = problem.operations[0]
    if max(abs(left), right) > 9999:
        raise Nonsense
    if left >= 0:
        routine = {PLUS: add, MINUS: subtract, TIMES: multiply}[operation]
        return routine(work, left, right)
    size = -left
    if operation == PLUS:
        work.say(f"{signed(left)} + {right} is the same as {right} {MINUS} {size}.\n")
        return conclude(work, left, operation, right, subtract(work, right, size))
    together = PLUS if operation == MINUS else TIMES
    work.say(f"The minus sign stays, so I need {size} {together} {right}.\n")
    result = add(work, size, right) if together == PLUS else multiply(work, size, right)
    return conclude(work, left, operation, right, -result)


@dataclass(frozen=True)
class Trace:
    """A finished working: the thinking, the values that the answer names, and where the altered value ends."""

    thinking: str
    problem: Problem
    result: int
    values: int
    altered: int | None


def check(work: Working, problem: Problem, first: int, result: int) -> None:
    """Writes a second look that recomputes the result from values that stand on the page."""
    work.say("Wait, let me check. ")
    if problem.kind == "two-step":
        rest = problem.rest(first)
        step = "".join(part if isinstance(part, str) else signed(part) for part in pieces(problem.step()))
        then = "".join(part if isinstance(part, str) else signed(part) for part in pieces(rest))
        work.say(f"First {step} = {signed(first)}, then {then} = {signed(result)}. ")
    elif work.parts:
        work.say(f"{work.parts}{result}. ")
    elif abs(result) < 10:
        left, right = problem.numbers
        work.say(f"{left} {problem.operations[0]} {right} = {signed(result)}. ")
    else:
        places = [f"{PLACES[place]} {digit}" for place, digit in enumerate(digits_of(abs(result)))]
        work.say(f"In {signed(result)} I read {', '.join(places)}, as in the lines above. ")
    work.say(work.rng.choice(("Yes, that is right.\n", "That fits.\n")))


def write(problem: Problem, rng: Random, lead: str = "", checks: int = 0, alter: int | None = None) -> Trace:
    """Writes the working of `problem`; `lead` comes before it, `checks` second looks after it."""
    work = Working(rng, alter)
    work.say(lead + "I need to work out ")
    numbers = []
    for piece in pieces(problem):
        if isinstance(piece, str):
            work.say(piece)
        else:
            numbers.append(work.put(piece, 999))
    work.say(".\n")
    problem = problem.with_numbers(tuple(numbers))
    if problem.kind == "two-step":
        if problem.bracketed:
            work.say("The brackets come first.\n")
        elif TIMES in problem.operations and problem.operations[0] != problem.operations[1]:
            work.say("The product comes first.\n")
        else:
            work.say("I go from left to right.\n")
        first = stated(work, "First ", problem.step())
        last = stated(work, "Then ", problem.rest(first))
        work.say("So " + "".join(part if isinstance(part, str) else str(part) for part in pieces(problem)) + " = ")
        result = work.put(last, 99999)
        work.say(".\n")
    else:
        first = result = carry_out(work, problem)
    for _ in range(checks):
        check(work, problem, first, result)
    return Trace(work.text.removesuffix("\n"), problem, result, work.values, work.altered)


def stated(work: Working, word: str, step: Problem) -> int:
    """Names a step and carries it out."""
    left, right = step.numbers
    if right < 0:
        raise Nonsense
    work.say(f"{word}{signed(left)} {step.operations[0]} {right}.\n")
    return carry_out(work, step)


def altered(problem: Problem, rng: Random, lead: str = "", checks: int = 0) -> Trace:
    """A working with one value altered, every value equally likely, and all that follows from it."""
    values = write(problem, rng, lead, checks).values
    while True:
        try:
            trace = write(problem, rng, lead, checks, rng.randrange(values))
        except Nonsense:
            continue
        if trace.result <= 99999 and trace.altered is not None:  # it may have taken a shorter way than the first
            return trace
