"""Words beside an equation that make of it what can't be recomputed, or another thing."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


BEFORE = _set(
    """sin cos tan cot sec csc arcsin arccos arctan log ln lg exp sqrt root roots floor ceil ceiling gcd lcm max min mod modulo abs
    det of by over negative choose power per than half twice thrice double triple quarter third squared cubed base factorial sum
    layer level day step case term row column chapter part question problem equation equations eq eqn figure team box door year week
    month grade number no option set group page machine person player room section item line point points pages days numbers vs
    from between ratio version round layers levels steps terms nth th divide"""
)
"""Before the first side: of `log 8 + 2` nobody says here what it is, and of `Day 1 + 2` whether it is a sum."""
SUMS = _set("total sum product quotient difference result value")
"""`the sum of 3 + 4`"""
SAFE = _set(
    "is are so then and that get have compute gives have we thus hence therefore since because as calculate or which"
)
"""Behind these an expression may begin with a minus, or with a bracket."""
AFTER = _set(
    """times squared cubed factorial choose mod modulo remainder rem r hundred hundreds thousand thousands million millions billion
    billions trillion trillions dozen dozens half halves third thirds quarter quarters fourth fourths fifth fifths sixth sixths
    hundredth hundredths thousandth thousandths point base to out of more less fewer over or if unless power lakh crore mil k bn
    and-a-half pairs pair short above below"""
)
"""Behind the last side."""
BETWEEN = re.compile(r"[万亿千百半余分之几多倍成折]")
"""In Chinese, right behind a number."""
BEFORE_HAN = re.compile(r"[第根号余乘除加减的比幂每]$")
CONVERSIONS = frozenset((12, 24, 60, 100, 365, 1000, 1440, 3600, 5280, 10**4, 10**6, 10**9))
"""`60 + 60 = 2 hours`"""
