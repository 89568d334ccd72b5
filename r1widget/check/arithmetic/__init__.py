r"""`slips`: equations of numbers that don't come out when they are recomputed.

    >>> print(*slips("So 17 × 24 = 409. Then 409 + 1 = 410."), sep="\n")
    17 × 24 = 409: recomputed, it is 408

Exactly, in fractions, and with patience: what can be read in several ways is well if it comes out in one of them, a decimal if it is
a rounding. What isn't sure to be an equation of numbers, or to be meant, is left alone: see docs/checking_arithmetic.md.

tokens      a sentence as numbers, signs and words
equations   the two sides of each equals sign, as far as they are numbers alone
patience    what is meant otherwise than it is written
counting    bases and moduli
spans       exact arithmetic, bounded
words       what beside them makes them something else
expression  what a side is
rounding    whether two sides agree
hypothesis  what is supposed, asked, denied, quoted
reader      a text as it comes
"""

from __future__ import annotations

from ..finding import Finding, Kind
from .reader import ArithmeticReader

__all__ = ["ArithmeticReader", "slips"]


def slips(text: str, *, kind: Kind = "reasoning", question: str = "") -> tuple[Finding, ...]:
    """Those of a whole text, in its order. What stands in the question, too, isn't the model's."""
    reader = ArithmeticReader(kind, question)
    return (*reader.feed(text), *reader.flush())
