r"""`worth`: what one side of an equation is, exactly: a sum, a product, powers, roots, fractions, factorials, of numbers alone.

A number is a pair of fractions between which it lies: the same twice, but for a root that is none, and for decimals that are taken
for rounded ones (`Reading.loose`). What people write can be read in several ways: `6/2(3)`, `2 3/4`, `-3^2`, `50%`. Then each way is
a `Reading`, and who asks is content where one of them is right.

Work is bounded: `Unclear` is raised by what is too deep, too large, or no expression.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .tokens import Token

DEPTH = 16
"""Brackets in brackets."""
BITS = 16_000
"""Of a number's two halves."""
LARGEST = 300
"""Whose factorial is computed."""
ROOTS = 10**30
"""A root is known to one part of that."""

Way = Literal["below", "product", "negative", "unit", "exponent", "wide"]
"""Of what can be read in two ways, the second: what is multiplied behind a slash stands below it; `2\\frac34` is a product; the minus of
`-3^2` is raised, too; a percent sign is a unit; `9^1/2` is a root; `√16+9` has all of it below the root."""


class Unclear(ValueError):
    """No expression, or one that isn't computed."""


@dataclass(frozen=True)
class Span:
    """What a number lies between."""

    low: Fraction
    high: Fraction

    def overlaps(self, other: Span) -> bool:
        return self.low <= other.high and other.low <= self.high

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Reading:
    ways: frozenset[Way] = frozenset()
    loose: bool = False
    """Decimals are rounded, or cut off: one in the last place more or less."""


PLAINLY = Reading()


def worth(side: Sequence[Token], reading: Reading = PLAINLY) -> Span:
    return _Parser(side, reading).whole()


def readings(side: Sequence[Token], *, loose: bool = False) -> Iterator[Span]:
    """What it is in each way in which it can be read, the plain one first."""
    parser = _Parser(side, Reading(loose=loose))
    yield parser.whole()
    doubtful = sorted(parser.doubtful)
    for size in range(1, len(doubtful) + 1):
        for ways in itertools.combinations(doubtful, size):
            try:
                yield worth(side, Reading(frozenset(ways), loose))
            except Unclear:
                continue


class _Parser:
    def __init__(self, side: Sequence[Token], reading: Reading) -> None:
        self._tokens = side
        self._at = 0
        self._depth = 0
        self._ways = reading.ways
        self._loose = reading.loose
        self.doubtful: set[Way] = set()

    def whole(self) -> Span:
        value = self._sum()
        if self._at < len(self._tokens):
            raise Unclear
        return value

    def _next(self, ahead: int = 0) -> Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def _is(self, sort: str, text: str = "", ahead: int = 0) -> bool:
        token = self._next(ahead)
        return token is not None and token.sort == sort and (not text or token.text in text.split())

    def _either(self, way: Way) -> bool:
        self.doubtful.add(way)
        return way in self._ways

    def _sum(self) -> Span:
        self._depth += 1
        if self._depth > DEPTH:
            raise Unclear
        value = self._product()
        while self._is("op", "+ -"):
            sign = 1 if self._is("op", "+") else -1
            self._at += 1
            value = _add(value, self._product(), sign)
        self._depth -= 1
        return value

    def _product(self) -> Span:
        value = self._signed()
        below = False
        while True:
            if self._is("op", "* /"):
                divides = self._is("op", "/")
                self._at += 1
            elif self._juxtaposed():
                divides = False
            else:
                return value
            factor = self._signed()
            if not divides and below and self._either("below"):
                divides = True
            value = _divide(value, factor) if divides else _multiply(value, factor)
            below = below or divides

    def _juxtaposed(self) -> bool:
        """Whether a factor stands here without a sign before it: `2(3 + 4)`, `(1/2)(1/3)`, `2\\sqrt{3}`."""
        token = self._next()
        return token is not None and (
            (token.sort == "open" and not token.spaced) or token.sort in ("frac", "root", "binom")
        )

    def _signed(self) -> Span:
        if self._is("op", "-"):
            self._at += 1
            self._depth += 1
            if self._depth > DEPTH:
                raise Unclear
            raised = self._is("number") and self._is("op", "^ ^2 ^3", 1)
            if raised and self._either("negative"):
                value = self._power(negative=True)
            else:
                inner = self._signed()
                value = Span(-inner.high, -inner.low)
            self._depth -= 1
            return value
        if self._is("op", "+"):
            self._at += 1
        return self._power()

    def _power(self, *, negative: bool = False) -> Span:
        value = self._postfix()
        if negative:
            value = Span(-value.high, -value.low)
        while self._is("op", "^2 ^3"):
            value = _raise(value, Fraction(int(self._tokens[self._at].text[1])))
            self._at += 1
        if self._is("op", "^"):
            self._at += 1
            minus = self._is("op", "-")
            self._at += minus
            self._depth += 1
            if self._depth > DEPTH:
                raise Unclear
            exponent = self._power()
            self._depth -= 1
            if self._is("op", "/") and self._is("number", ahead=1) and self._either("exponent"):
                self._at += 1
                exponent = _divide(exponent, self._postfix())
            if not exponent.is_exact:
                raise Unclear
            value = _raise(value, -exponent.low if minus else exponent.low)
            if self._is("fact"):  # 2^3!
                raise Unclear
        return value

    def _postfix(self) -> Span:
        value = self._primary()
        while True:
            if self._is("fact"):
                self._at += 1
                if self._is("fact"):
                    raise Unclear  # a double factorial
                value = _factorial(value)
            elif self._is("percent"):
                self._at += 1
                if not self._either("unit"):
                    value = Span(value.low / 100, value.high / 100)
            else:
                return value

    def _primary(self) -> Span:
        token = self._next()
        if token is None:
            raise Unclear
        self._at += 1
        if token.sort == "number":
            return self._mixed(token)
        if token.sort == "open":
            value = self._sum()
            if not self._is("close"):
                raise Unclear
            self._at += 1
            return value
        if token.sort in ("frac", "binom"):
            above, below = self._group(), self._group()
            return _divide(above, below) if token.sort == "frac" else _choose(above, below)
        if token.sort == "root":
            return self._root(token)
        raise Unclear

    def _group(self) -> Span:
        if not self._is("open"):
            raise Unclear
        return self._primary()

    def _root(self, token: Token) -> Span:
        degree = 2
        if token.text == "sqrt" and self._is("open") and self._is("number", ahead=1) and self._is("close", ahead=2):
            # \sqrt[3]{8}, if another group follows
            if self._is("open", ahead=3) and not self._tokens[self._at + 3].spaced:
                if token.end - token.start != 5:
                    raise Unclear
                degree = int(self._tokens[self._at + 1].value)
                self._at += 3
        if self._is("number") and self._is("op", "+ - * /", 1) and self._either("wide"):
            return _root(self._sum(), degree)
        return _root(self._postfix(), degree)

    def _mixed(self, token: Token) -> Span:
        reach = token.unit if self._loose or token.endless else Fraction(0)
        value = Span(token.value - reach, token.value + reach)
        if token.unit:
            return value
        if self._is("frac") and self._is("number", ahead=2) and self._is("close", ahead=3):
            mark = self._at
            self._at += 1
            part = _divide(self._group(), self._group())
            if part.low < 1 and not self._either("product"):
                return _add(value, part, 1)
            self._at = mark
            return value
        if self._is("number") and self._is("op", "/", 1) and self._is("number", ahead=2):
            first, above, below = token, self._tokens[self._at], self._tokens[self._at + 2]
            if not (above.spaced and 0 < above.value < below.value <= 1000) or first.unit or above.unit or below.unit:
                raise Unclear
            self._at += 3
            return Span(token.value + above.value / below.value, token.value + above.value / below.value)
        return value


def _bounded(low: Fraction, high: Fraction) -> Span:
    for end in (low, high):
        if end.numerator.bit_length() > BITS or end.denominator.bit_length() > BITS:
            raise Unclear
    return Span(low, high)


def _add(one: Span, other: Span, sign: int) -> Span:
    if sign > 0:
        return _bounded(one.low + other.low, one.high + other.high)
    return _bounded(one.low - other.high, one.high - other.low)


def _multiply(one: Span, other: Span) -> Span:
    if one.is_exact and other.is_exact:
        value = one.low * other.low
        return _bounded(value, value)
    ends = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return _bounded(min(ends), max(ends))


def _divide(one: Span, other: Span) -> Span:
    if other.low <= 0 <= other.high:
        raise Unclear
    return _multiply(one, Span(1 / other.high, 1 / other.low))


def _raise(base: Span, exponent: Fraction) -> Span:
    if exponent.denominator != 1:
        if exponent.denominator > 4 or abs(exponent.numerator) > 12:
            raise Unclear
        return _raise(_root(base, exponent.denominator), Fraction(exponent.numerator))
    power = exponent.numerator
    ends = (base.low, base.high)
    size = max(max(end.numerator.bit_length(), end.denominator.bit_length()) for end in ends)
    if size * abs(power) > BITS or (power <= 0 and base.low <= 0 <= base.high):
        raise Unclear
    values = [end**power for end in ends]
    if base.low < 0 < base.high and power % 2 == 0:
        values.append(Fraction(0))
    return Span(min(values), max(values))


def _factorial(value: Span) -> Span:
    if not value.is_exact or value.low.denominator != 1 or not 0 <= value.low <= LARGEST:
        raise Unclear
    found = Fraction(math.factorial(value.low.numerator))
    return Span(found, found)


def _choose(above: Span, below: Span) -> Span:
    ends = (above.low, above.high, below.low, below.high)
    if not (above.is_exact and below.is_exact) or any(end.denominator != 1 or not 0 <= end <= 4 * LARGEST for end in ends):
        raise Unclear
    found = Fraction(math.comb(above.low.numerator, below.low.numerator))
    return Span(found, found)


def _root(value: Span, degree: int) -> Span:
    if degree not in (2, 3, 4) or value.low < 0:
        raise Unclear
    low, high = (_root_of(end, degree) for end in (value.low, value.high))
    return Span(low.low, high.high)


def _root_of(value: Fraction, degree: int) -> Span:
    above, below = (_whole_root(part, degree) for part in (value.numerator, value.denominator))
    if above**degree == value.numerator and below**degree == value.denominator:
        return Span(Fraction(above, below), Fraction(above, below))
    if value.numerator.bit_length() + value.denominator.bit_length() > BITS // 8:
        raise Unclear
    scaled = value.numerator * value.denominator ** (degree - 1) * ROOTS**degree
    found = _whole_root(scaled, degree)
    whole = value.denominator * ROOTS
    return Span(Fraction(found, whole), Fraction(found + 1, whole))


def _whole_root(value: int, degree: int) -> int:
    if degree == 2:
        return math.isqrt(value)
    if degree == 4:
        return math.isqrt(math.isqrt(value))
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // 3)
    while True:
        better = (2 * guess + value // (guess * guess)) // 3
        if better >= guess:
            return guess
        guess = better
