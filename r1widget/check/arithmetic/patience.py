"""`goes_on`, `is_left_alone`: what isn't equal as it is written, and is meant otherwise. The habits of who computes while writing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from .equations import Link
from .expression import worth
from .rounding import agree
from .spans import Unclear
from .tokens import Token
from .words import CONVERSIONS

_REMAINDER = re.compile(r"\bremainder|\bquotient|余")


def goes_on(link: Link) -> bool:
    """Whether the right side goes on with what was found: in `2 × 3 = 6 + 1 = 7` the 6 is meant."""
    left, right = link.left.tokens, link.right.tokens
    if _begins_with(left, right):
        return True
    runs_on = len(right) > 1 and right[0].sort == "number" and right[1].sort == "op"
    if runs_on and _same_value(left, right[:1]):
        return True
    opening = _last_group(left)
    if opening and _same_value(left[opening:], right[:1] if runs_on else right):
        return True  # `90 + (30 - 15) = 15 + 60`: what is in the bracket
    last = max((at for at, token in enumerate(left) if token.sort == "op" and token.text in "+-"), default=0)
    return runs_on and any(_same_value(left[at + 1 :], right[:1]) for at in (last, _before_last(left, last)) if at)


def _before_last(side: Sequence[Token], last: int) -> int:
    return max((at for at in range(last) if side[at].sort == "op" and side[at].text in "+-"), default=0)


def _last_group(side: Sequence[Token]) -> int:
    """Where the brackets open that the side ends with; 0 where it ends in none, or is one."""
    depth = 0
    for at in range(len(side) - 1, 0, -1):
        depth += {"close": 1, "open": -1}.get(side[at].sort, 0)
        if not depth:
            return at if side[at].sort == "open" and side[at - 1].sort == "op" and side[at - 1].text in "+-*/÷" else 0
    return 0


def _begins_with(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Whether what is computed on the right is a part of what is to be computed: `1 + 2 + 3 = 1 + 2 = 3, 3 + 3 = 6`."""
    numbers, parts = ([token.text for token in side if token.sort == "number"] for side in (left, right))
    rest = iter(numbers)
    return 1 < len(parts) < len(numbers) and all(part in rest for part in parts)


def _same_value(one: Sequence[Token], other: Sequence[Token]) -> bool:
    try:
        return agree(one, other, about=False)
    except Unclear:
        return False


def is_left_alone(link: Link, sentence: str) -> bool:
    """Whether what the sides count, or what else the sentence says, makes them something that isn't compared here."""
    left, right = link.left, link.right
    one, other = worth(left.tokens).low, worth(right.tokens).low
    if len(left.units) > 1 or (left.units and right.units and left.units != right.units):
        return True
    if (left.units or right.units) and one > 0 and other > 0 and max(one / other, other / one) in CONVERSIONS:
        return True  # `60 + 60 = 2 hours`
    if any(token.text in ("/", "÷") for token in left.tokens) and _REMAINDER.search(sentence):
        return True
    if [token.sort for token in left.tokens[-2:]] == ["number", "percent"] and left.tokens[-3:][0].text in ("+", "-"):
        return sum(token.sort == "percent" for token in left.tokens) == 1  # `50 - 20% = 40`
    dotted = any(token.unit for token in left.tokens) and any(token.unit for token in right.tokens)
    if dotted and _same_value(_grouped_by_dots(left.tokens), _grouped_by_dots(right.tokens)):
        return True
    is_difference = [token.sort for token in left.tokens] == ["number", "op", "number"] and left.tokens[1].text == "-"
    if not is_difference or left.tokens[0].value >= left.tokens[2].value:
        return False
    return other > 0 and other.denominator == 1  # a range: `3-5 = 3 days`


def _grouped_by_dots(side: Sequence[Token]) -> Sequence[Token]:
    """With `1.000` for a thousand, where all its decimals can be read so."""
    if not all(len(token.text.partition(".")[2]) in (0, 3) for token in side if token.sort == "number"):
        return ()
    return [
        replace(token, value=Fraction(token.text.replace(".", "")), unit=Fraction(0)) if token.unit else token
        for token in side
        if "e" not in token.text or not token.unit
    ]
