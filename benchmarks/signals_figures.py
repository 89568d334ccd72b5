"""Figures of how well a signal points at errors, with their intervals of 95 %, and the table of them.

Shares have Wilson's, AUROC that of a bootstrap over the questions (2,000 draws, a fixed seed). Several answers to one question resemble each
other: a share of those has the interval of as many as there are questions, which is rather too wide.
"""

from __future__ import annotations

import bisect
import math
import random
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from r1widget.evaluate.intervals import share

DRAWS = 2000
T = TypeVar("T")


class Figure(NamedTuple):
    """NaN where there is nothing to count."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "–"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Row:
    """What was measured of one signal on one set of data."""

    signal: str
    data: str
    n: str
    precision: Figure | None = None
    """Of what it points at, how much is wrong."""
    recall: Figure | None = None
    """Of what is wrong, how much it points at."""
    auroc: Figure | None = None
    """The chance that of one right and one wrong thing it points at the wrong one more; 0.5 by chance."""
    chance: float | None = None
    """The precision of a signal that knows nothing."""

    @property
    def tells(self) -> bool | None:
        """Whether it can be told from chance; None where it isn't known what chance would do."""
        known = []
        if self.auroc is not None and not math.isnan(self.auroc.value):
            known.append(self.auroc.low > 0.5)
        if self.precision is not None and self.chance is not None and not math.isnan(self.precision.value):
            known.append(self.precision.low > self.chance)
        return any(known) if known else None

    def __str__(self) -> str:
        cells = [self.signal, self.data, self.n]
        cells += ["" if each is None else str(each) for each in (self.precision,)]
        cells += ["" if self.chance is None else f"{self.chance:.2f}"]
        cells += ["" if each is None else str(each) for each in (self.recall, self.auroc)]
        cells += [{True: "yes", False: "**no**", None: ""}[self.tells]]
        return f"| {' | '.join(cells)} |"


HEAD = """| signal | data | n | precision | by chance | recall | AUROC | can be told from chance |
|---|---|---|---|---|---|---|---|"""


def wilson(found: int, of: int) -> Figure:
    """The share, and Wilson's interval."""
    known = share([1.0] * found + [0.0] * (of - found))
    return Figure(known.value, known.low, known.high) if known else Figure(math.nan, 0.0, 1.0)


def part(values: Iterable[bool]) -> float:
    """The share of those that are so; NaN of none."""
    known = list(values)
    return sum(known) / len(known) if known else math.nan


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of the first is above one of the second, ties counted half. NaN where one of the two is empty."""
    if not higher or not lower:
        return math.nan
    ranked = sorted(lower)
    pairs = sum(bisect.bisect_left(ranked, one) + bisect.bisect_right(ranked, one) for one in higher)
    return pairs / (2 * len(higher) * len(lower))


def bootstrap(things: Sequence[T], of: Callable[[Sequence[T]], float], by: Callable[[T], Hashable]) -> Figure:
    """What `of` says of all, and where 95 % of the draws of whole questions lie; `by` says which question a thing is of."""
    grouped: dict[Hashable, list[T]] = {}
    for thing in things:
        grouped.setdefault(by(thing), []).append(thing)
    groups = list(grouped.values())
    drawn = random.Random(0)
    values = []
    for _ in range(DRAWS if groups else 0):
        value = of([thing for group in drawn.choices(groups, k=len(groups)) for thing in group])
        if not math.isnan(value):
            values.append(value)
    values.sort()
    if not values:
        return Figure(of(things), math.nan, math.nan)
    return Figure(of(things), values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1])


def share_of(things: Iterable[T], so: Callable[[T], bool], by: Callable[[T], Hashable]) -> Figure:
    """How many of them are so, with Wilson's interval of as many as there are questions."""
    known = [*things]
    found = share([part(map(so, known))] * len({by(thing) for thing in known}))
    return Figure(found.value, found.low, found.high) if found else Figure(math.nan, 0.0, 1.0)


def flagged(
    things: Sequence[T], flag: Callable[[T], bool], wrong: Callable[[T], bool], by: Callable[[T], Hashable]
) -> tuple[Figure, Figure]:
    """Precision and recall of a flag."""
    return share_of(filter(flag, things), wrong, by), share_of(filter(wrong, things), flag, by)


def ranked(
    things: Sequence[T], score: Callable[[T], float], wrong: Callable[[T], bool], by: Callable[[T], Hashable]
) -> Figure:
    """AUROC of a score that is to be higher where something is wrong."""

    def of(some: Sequence[T]) -> float:
        return auroc([score(each) for each in some if wrong(each)], [score(each) for each in some if not wrong(each)])

    return bootstrap(things, of, by)
