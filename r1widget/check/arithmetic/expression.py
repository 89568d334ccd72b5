r"""`worth`: what one side of an equation is, exactly: a sum, a product, powers, roots, fractions, factorials, of numbers alone.

A number is a pair of fractions between which it lies: the same twice, but for a root that is none, and for decimals that are taken
for rounded ones (`Reading.loose`). What people write can be read in several ways: `6/2(3)`, `2 3/4`, `-3^2`, `50%`. Then each way is
a `Reading`, and who asks is content where one of them is right.

Work is bounded: `Unclear` is raised by what is too deep, too large, or no expression.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .spans import Span, Unclear, add, choose, divide, factorial, multiply, power_of, root_of
from .tokens import Token

DEPTH = 16
"""Brackets in brackets."""

Way = Literal["below", "product", "negative", "unit", "exponent", "wide", "tower"]
"""Of what can be read in two ways, the second: what is multiplied behind a slash stands below it; `2\\frac34` is a product; the minus of
`-3^2` is raised, too; a percent sign is a unit; `9^1/2` is a root; `√16+9` has all of it below the root; `2^3^2` is
`(2^3)^2`."""


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
    for size in dict.fromkeys((1, 2, len(doubtful))):  # not all of 64 ways
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
            value = add(value, self._product(), sign)
        self._depth -= 1
        return value

    def _product(self) -> Span:
        value = self._signed()
        below = False
        signs: set[str] = set()
        while True:
            if self._is("op", "* / ÷"):
                divides = not self._is("op", "*")
                if divides:
                    signs.add(self._tokens[self._at].text)
                if len(signs) > 1:
                    raise Unclear  # `3 ÷ 3 / 12 ÷ 3`: a fraction, likely
                self._at += 1
            elif self._juxtaposed():
                divides = False
            else:
                return value
            factor = self._signed()
            if not divides and below and self._either("below"):
                divides = True
            value = divide(value, factor) if divides else multiply(value, factor)
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
            value = power_of(value, Fraction(int(self._tokens[self._at].text[1])))
            self._at += 1
        if self._is("op", "^"):
            self._at += 1
            minus = self._is("op", "-")
            self._at += minus
            self._depth += 1
            if self._depth > DEPTH:
                raise Unclear
            exponent = self._postfix() if self._is_tower() and self._either("tower") else self._power()
            self._depth -= 1
            if self._is("op", "/") and self._is("number", ahead=1) and self._either("exponent"):
                self._at += 1
                exponent = divide(exponent, self._postfix())
            if not exponent.is_exact:
                raise Unclear
            while self._is("op", "^"):  # from the left
                value = power_of(value, exponent.low)
                self._at += 1
                exponent = self._postfix()
            if not exponent.is_exact:
                raise Unclear
            value = power_of(value, -exponent.low if minus else exponent.low)
        return value

    def _is_tower(self) -> bool:
        return self._is("number") and self._is("op", "^", 1)

    def _postfix(self) -> Span:
        value = self._primary()
        while True:
            if self._is("fact"):
                self._at += 1
                if self._is("fact"):
                    raise Unclear  # a double factorial
                value = factorial(value)
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
            return divide(above, below) if token.sort == "frac" else choose(above, below)
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
        if self._is("number") and self._is("op", "+ - * / ÷", 1) and self._either("wide"):
            return root_of(self._sum(), degree)
        return root_of(self._postfix(), degree)

    def _mixed(self, token: Token) -> Span:
        reach = token.unit if self._loose or token.endless else Fraction(0)
        value = Span(token.value - reach, token.value + reach)
        if token.unit:
            return value
        if self._is("frac") and self._is("number", ahead=2) and self._is("close", ahead=3):
            mark = self._at
            self._at += 1
            part = divide(self._group(), self._group())
            if part.low < 1 and not self._either("product"):
                return add(value, part, 1)
            self._at = mark
            return value
        if self._is("number") and self._is("op", "/", 1) and self._is("number", ahead=2):
            first, above, below = token, self._tokens[self._at], self._tokens[self._at + 2]
            if not (above.spaced and 0 < above.value < below.value <= 1000) or first.unit or above.unit or below.unit:
                raise Unclear
            self._at += 3
            return Span(token.value + above.value / below.value, token.value + above.value / below.value)
        return value
