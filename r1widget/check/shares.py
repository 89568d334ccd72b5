"""`Shares`: how many continuations ended in which answer; how far two of them differ. `next_step`: where to look next."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple


class Shares(NamedTuple):
    """Of the continuations at one place."""

    counts: tuple[int, ...]
    """How many ended in each answer."""
    without: int
    """How many in none."""

    @property
    def answered(self) -> int:
        return sum(self.counts)

    @property
    def total(self) -> int:
        return self.answered + self.without

    def distance(self, other: Shares) -> float:
        """From 0, the same, to 1, nothing in common (the total variation). Of a place without continuations: 0."""
        if not self.total or not other.total:
            return 0.0
        mine, others = (*self.counts, self.without), (*other.counts, other.without)
        return sum(abs(a / self.total - b / other.total) for a, b in zip(mine, others, strict=True)) / 2


def leading(shares: Shares, before: int | None) -> int | None:
    """Which answer is the most frequent; of several, the one that was so `before`, or else the first. None: there is none."""
    if not shares.answered:
        return None
    most = max(shares.counts)
    if before is not None and shares.counts[before] == most:
        return before
    return shares.counts.index(most)


def next_step(looked_at: Sequence[tuple[int, Shares]]) -> int | None:
    """The middle of the stretch whose ends differ most, of several such the longest, of those the first. None where no stretch
    has a middle and ends that differ. `looked_at` are numbers of steps kept, in order."""
    best: tuple[float, int] | None = None
    found = None
    for (start, one), (end, other) in itertools.pairwise(looked_at):
        apart, length = one.distance(other), end - start
        if length > 1 and apart > 0 and (best is None or (apart, length) > best):
            best, found = (apart, length), (start + end) // 2
    return found
