"""`Share`: how often something is so, with Wilson's interval (E. B. Wilson, 1927, doi:10.1080/01621459.1927.10502953)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959964
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True)
class Share:
    """A share, and between which shares it lies in 95 of 100 such samples."""

    value: float
    low: float
    high: float
    of: int
    """How many were counted: questions, not answers."""

    def __str__(self) -> str:
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})".replace("%", " %")


def share(values: Sequence[float]) -> Share | None:
    """The mean of what each question has, from 0 to 1; None of none.

    Several answers to a question resemble each other more than answers to several do. So the interval counts questions: for shares
    between 0 and 1 it is rather too wide, and asking each question more often makes it no narrower.
    """
    count = len(values)
    if not count:
        return None
    mean = math.fsum(values) / count
    middle = (mean + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * math.sqrt(mean * (1 - mean) / count + Z**2 / (4 * count**2))
    return Share(mean, max(0.0, middle - half), min(1.0, middle + half), count)
