"""`Span`: what a number lies between, and what can be done with it: exactly, in fractions, as far as these don't grow large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

BITS = 16_000
"""Of a number's two halves."""
LARGEST = 300
"""Whose factorial is computed."""
ROOTS = 10**30
"""A root is known to one part of that."""


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


def _bounded(low: Fraction, high: Fraction) -> Span:
    for end in (low, high):
        if end.numerator.bit_length() > BITS or end.denominator.bit_length() > BITS:
            raise Unclear
    return Span(low, high)


def add(one: Span, other: Span, sign: int) -> Span:
    if sign > 0:
        return _bounded(one.low + other.low, one.high + other.high)
    return _bounded(one.low - other.high, one.high - other.low)


def multiply(one: Span, other: Span) -> Span:
    if one.is_exact and other.is_exact:
        value = one.low * other.low
        return _bounded(value, value)
    ends = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return _bounded(min(ends), max(ends))


def divide(one: Span, other: Span) -> Span:
    if other.low <= 0 <= other.high:
        raise Unclear
    return multiply(one, Span(1 / other.high, 1 / other.low))


def power_of(base: Span, exponent: Fraction) -> Span:
    if exponent.denominator != 1:
        if exponent.denominator > 4 or abs(exponent.numerator) > 12:
            raise Unclear
        return power_of(root_of(base, exponent.denominator), Fraction(exponent.numerator))
    power = exponent.numerator
    ends = (base.low, base.high)
    size = max(max(end.numerator.bit_length(), end.denominator.bit_length()) for end in ends)
    if size * abs(power) > BITS or (power <= 0 and base.low <= 0 <= base.high):
        raise Unclear
    values = [end**power for end in ends]
    if base.low < 0 < base.high and power % 2 == 0:
        values.append(Fraction(0))
    return Span(min(values), max(values))


def factorial(value: Span) -> Span:
    if not value.is_exact or value.low.denominator != 1 or not 0 <= value.low <= LARGEST:
        raise Unclear
    found = Fraction(math.factorial(value.low.numerator))
    return Span(found, found)


def choose(above: Span, below: Span) -> Span:
    ends = (above.low, above.high, below.low, below.high)
    if not (above.is_exact and below.is_exact) or any(
        end.denominator != 1 or not 0 <= end <= 4 * LARGEST for end in ends
    ):
        raise Unclear
    found = Fraction(math.comb(above.low.numerator, below.low.numerator))
    return Span(found, found)


def root_of(value: Span, degree: int) -> Span:
    if degree not in (2, 3, 4) or value.low < 0:
        raise Unclear
    low, high = (_end_root(end, degree) for end in (value.low, value.high))
    return Span(low.low, high.high)


def _end_root(value: Fraction, degree: int) -> Span:
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
