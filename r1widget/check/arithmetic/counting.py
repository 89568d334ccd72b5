"""`Counting`: other ways to count that a question or a sentence names: a base, a modulus. An equation that holds in one of them is well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .expression import worth
from .spans import Unclear
from .tokens import Token

_BASE = re.compile(r"\bbase[-\s_]*\{?\$?(\d{1,2})\b|(\d{1,2}) ?进制", re.IGNORECASE)
_NAMED = {
    2: re.compile(r"\bbinary\b|\bbits?\b|二进制", re.IGNORECASE),
    8: re.compile(r"\boctal\b|八进制", re.IGNORECASE),
    16: re.compile(r"\bhex(?:adecimal)?\b|十六进制", re.IGNORECASE),
}
_MODULUS = re.compile(r"\bp?mod(?:ulo|ulus)?[\s${(]*(\d{1,9})", re.IGNORECASE)
_DIVISOR = re.compile(r"(?:divided by|除以)[\s${(]*(\d{1,9})", re.IGNORECASE)
_REMAINDER = re.compile(r"\bremainder|余", re.IGNORECASE)
_CLOCK = re.compile(r"\bclock\b|o['’]clock", re.IGNORECASE)
_UNSAID = re.compile(
    r"\bbase[- ](?:[b-z]|two|three|four|five|six|seven|eight|nine)\b|\bxor\b|\bbitwise\b|\bn进制", re.IGNORECASE
)
_MODULAR = re.compile(r"\b(?:p?mod|modulo|modulus|congruent|base|xor)\b|同余|进制|≡|\\equiv", re.IGNORECASE)
MOST = 8


@dataclass(frozen=True)
class Counting:
    bases: frozenset[int] = frozenset()
    moduli: frozenset[int] = frozenset()
    is_unknown: bool = False
    """Whether another way is named, and not which."""

    def holds(self, left: Sequence[Token], right: Sequence[Token]) -> bool:
        """Whether the sides are the same in one of these."""
        return any(_equal(_in(left, base), _in(right, base)) for base in self.bases) or any(
            _equal(left, right, modulus) for modulus in self.moduli
        )


def counting(text: str, *, is_question: bool = False) -> Counting:
    """What a text names; of a question also what it divides by, where it asks for a remainder."""
    bases = {int(found[1] or found[2]) for found in _BASE.finditer(text)}
    bases |= {base for base, name in _NAMED.items() if name.search(text)}
    moduli = {int(found[1]) for found in _MODULUS.finditer(text)}
    if is_question and _REMAINDER.search(text):
        moduli |= {int(found[1]) for found in _DIVISOR.finditer(text)}
    moduli -= {0, 1}
    if _CLOCK.search(text):
        moduli |= {12, 24}
    used = {base for base in bases if 2 <= base <= 36 and base != 10}
    return Counting(frozenset(sorted(used)[:MOST]), frozenset(sorted(moduli)[:MOST]), _UNSAID.search(text) is not None)


def is_modular(sentence: str) -> bool:
    """Whether the sentence says that it counts otherwise."""
    return _MODULAR.search(sentence) is not None


def _in(side: Sequence[Token], base: int) -> Sequence[Token]:
    read = []
    for token in side:
        if token.sort == "number":
            try:
                token = replace(token, value=Fraction(int(token.text, base)))
            except ValueError:
                return ()
        read.append(token)
    return read


def _equal(left: Sequence[Token], right: Sequence[Token], modulus: int = 0) -> bool:
    try:
        one, other = worth(left), worth(right)
    except Unclear:
        return False
    difference = one.low - other.low
    if not difference or not modulus:
        return not difference
    return one.low.denominator == other.low.denominator == 1 and not difference.numerator % modulus
