"""`agree`, `written`: whether two sides are equal as people write it, with decimals that are rounded; and what one of them is, as they do."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .expression import readings, worth
from .spans import Span, Unclear
from .tokens import Token

PLACES = 6
"""Decimals of a value that nobody said how many to show of."""
FLOAT = Fraction(1, 10**15)
"""What a computer's numbers are off by: `0.1 + 0.2 = 0.30000000000000004`."""
LONGEST = 24
"""Digits of a value that are shown."""


def agree(left: Sequence[Token], right: Sequence[Token], *, about: bool) -> bool:
    """Whether there is a reading in which they are the same, or one is a rounding of the other. Raises `Unclear`."""
    ones, others = [*readings(left)], [*readings(right)]
    if any(one.overlaps(other) for one in ones for other in others):
        return True
    loose = _loosened(left, ones), _loosened(right, others)
    pairs = ((left, ones, loose[0], right, others), (right, others, loose[1], left, ones))
    plain = False
    for side, values, widened, other, number in pairs:
        last = _last_place(other, about)
        if last is None:
            continue
        plain = True
        for value, wide in zip(values, widened, strict=False):
            for of in number[:1] if not _has(other, "percent") else number:
                if _rounds(value, wide, of.low, last, about, side):
                    return True
    if plain and not any(_is_odd(values, other) for _, values, _, other, _ in pairs):
        return False
    if not (ones[0].is_exact and others[0].is_exact):
        return True  # of roots that are none, people try what they could be
    decimals = any(token.unit for token in (*left, *right))
    return about or (decimals and any(one.overlaps(other) for one in loose[0] for other in loose[1]))


def _loosened(side: Sequence[Token], values: list[Span]) -> list[Span]:
    try:
        return [*readings(side, loose=True)]
    except Unclear:  # it would be divided by what may be nothing
        return values


def _rounds(value: Span, wide: Span, number: Fraction, last: Fraction, about: bool, side: Sequence[Token]) -> bool:
    """Whether `number`, of which the last place is worth `last`, is what `value` is rounded to, or cut off at."""
    if about:
        reach = last * Fraction(3, 2)
        return wide.low - reach <= number <= wide.high + reach
    if last <= FLOAT and abs(value.low - number) <= FLOAT * max(Fraction(1), abs(number)):
        return True
    if value.is_exact and (value.low / last).denominator == 1:
        return False  # it could have been written exactly
    if last >= 1:
        return abs(value.low) >= 1 and abs(value.low - number) < 1 and _may_be_whole(side)
    if last <= Fraction(1, 10**PLACES) and value.low - last <= number <= value.high + last:
        return True  # a calculator's last digit
    cut_off = value.low - last < number <= value.high if value.low > 0 else value.low <= number < value.high + last
    return (
        cut_off
        or value.low - last / 2 <= number <= value.high + last / 2
        or (wide.low - last / 2 <= number <= wide.high + last / 2 and any(token.unit for token in side))
    )


def _is_odd(values: Sequence[Span], other: Sequence[Token]) -> bool:
    """Whether a root that is none is said to be a whole number: people solve an equation that doesn't hold."""
    return not values[0].is_exact and not any(token.unit for token in other)


def _may_be_whole(side: Sequence[Token]) -> bool:
    """Of a quotient of two numbers, and of decimals, people write the whole part with an equals sign."""
    return (
        any(token.unit or token.sort == "root" for token in side)
        or (len(side) == 3 and side[1].text in ("/", "÷"))
        or (bool(side) and side[0].sort == "frac" and len(side) == 7)
    )


def _last_place(side: Sequence[Token], about: bool) -> Fraction | None:
    """What one in the last place of a plain number is worth; None for an expression."""
    rest = [token for token in side if token.sort not in ("open", "close", "percent")]
    percent = Fraction(1, 100) if _has(side, "percent") else Fraction(1)
    if rest and rest[0].text == "-":
        del rest[0]
    if not rest or rest[0].sort != "number":
        return None
    number = rest[0]
    last = number.unit or Fraction(1)
    if len(rest) == 1:
        if about and not number.unit:
            zeros = len(number.text) - len(number.text.rstrip("0"))
            last = Fraction(10) ** min(zeros, len(number.text) - 1)
        return last * percent
    power = rest[1:]
    if len(power) >= 4 and [token.text for token in power[:3]] == ["*", "10", "^"]:
        exponent = power[3:]
        sign = -1 if exponent[0].text == "-" else 1
        exponent = exponent[1:] if sign < 0 else exponent
        if len(exponent) == 1 and exponent[0].sort == "number" and exponent[0].value <= 400 and not exponent[0].unit:
            return last * Fraction(10) ** (sign * int(exponent[0].value))
    return None


def _has(side: Sequence[Token], sort: str) -> bool:
    return any(token.sort == sort for token in side)


def written(value: Fraction, like: Sequence[Token]) -> str:
    """The value as a person writes it, in the way of `like`: with its decimals, its separators, its percent sign."""
    percent = _has(like, "percent")
    value = value * 100 if percent else value
    numbers = [token for token in like if token.sort == "number"]
    places = max((len(token.text.partition(".")[2]) for token in numbers), default=0)
    grouped = any(token.grouped for token in numbers)
    sign = "%" if percent else ""
    if value.denominator == 1:
        digits = str(abs(value.numerator)) if value.numerator.bit_length() < 4 * LONGEST else ""
        if not digits or len(digits) > LONGEST:
            return _scientific(value) + sign
        return (
            f"{'-' if value < 0 else ''}{int(digits):,}{sign}"
            if grouped
            else f"{'-' if value < 0 else ''}{digits}{sign}"
        )
    exact = next((p for p in range(max(PLACES, places + 2) + 1) if (value * 10**p).denominator == 1), None)
    if exact is not None and (places or percent):
        return _decimal(value, exact, grouped) + sign
    if places and abs(value) < Fraction(1, 10**places) and value:
        return _scientific(value) + sign
    if places or percent:
        return f"about {_decimal(value, max(places, 2), grouped)}{sign}"
    if value.denominator.bit_length() + value.numerator.bit_length() > 4 * LONGEST:
        return _scientific(value)
    return f"{value.numerator}/{value.denominator}"


def _decimal(value: Fraction, places: int, grouped: bool) -> str:
    scaled = round(abs(value) * 10**places)
    digits = str(scaled).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    whole = f"{int(whole):,}" if grouped else whole
    return f"{'-' if value < 0 else ''}{whole}{'.' if part else ''}{part}"


def _scientific(value: Fraction) -> str:
    size = abs(value)
    power = int((size.numerator.bit_length() - size.denominator.bit_length()) * 0.30103)
    while size >= Fraction(10) ** (power + 1):
        power += 1
    while size < Fraction(10) ** power:
        power -= 1
    return f"about {'-' if value < 0 else ''}{float(size / Fraction(10) ** power):.3f} × 10^{power}"


def recomputed(left: Sequence[Token], right: Sequence[Token], *, left_is_bare: bool, right_is_bare: bool) -> str:
    """What should stand there: the value of the side that computes something; of two that do, both."""
    right_is_bare = right_is_bare or _last_place(right, False) is not None
    left_is_bare = left_is_bare or _last_place(left, False) is not None
    if right_is_bare:
        if any(token.text == "^" for token in right):
            return _scientific(worth(left).low)
        return _value(left, like=right)
    if left_is_bare:
        return _value(right, like=left)
    return f"{_value(left, like=left)} and {_value(right, like=right)}"


def _value(side: Sequence[Token], *, like: Sequence[Token]) -> str:
    value = worth(side)
    if not value.is_exact:
        places = max([len(token.text.partition(".")[2]) for token in like if token.sort == "number"] + [2])
        return (
            f"about {_decimal(value.low, min(places, 12), False)}"
            if Fraction(1, 10**places) < abs(value.low) < 10**LONGEST
            else _scientific(value.low)
        )
    decimals = any(token.unit for token in side)
    if decimals and value.low.denominator != 1 and not any(token.unit for token in like):
        grouped = any(token.grouped for token in like)
        if abs(value.low) >= 100:
            return f"about {_decimal(value.low, 0, grouped)}"
        return (
            _decimal(value.low, 2, grouped)
            if (value.low * 100).denominator == 1
            else f"about {_decimal(value.low, 3, grouped)}"
        )
    return written(value.low, like)
