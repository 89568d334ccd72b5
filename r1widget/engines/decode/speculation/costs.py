"""`Costs`: how long a pass of the model takes, by the number of rows in it. Measured as it runs, on whatever machine it runs."""

from __future__ import annotations

import math
import threading
from bisect import bisect_left, insort
from collections import deque
from statistics import median

LAST = 21
"""Passes of each row count of which the median is taken. The first pass is often the slowest, and a machine has other things to do."""
DRIFT = 0.1
"""How far all estimates move towards a measurement, as a share of the distance: what makes one pass slower (a longer trace, another
program) makes all slower. Without it, a row count seldom measured would look cheap because the trace was short then."""
FARTHEST = 0.5
"""The most of a distance (natural logarithm: 65 %) that counts for this, so that outliers move little."""


class Costs:
    """Seconds of a pass by number of rows: between measured counts a line, and never less for more rows.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[int] = []
        self._last: dict[int, deque[float]] = {}
        """Logarithms of seconds, less the drift at the time."""
        self._drift = 0.0
        self._curve: list[float] | None = None
        self.count = 0
        """How many passes were measured."""

    def learn(self, rows: int, seconds: float) -> None:
        """A pass over `rows` rows took `seconds`. What can't be a time is ignored."""
        if rows < 1 or not 0 < seconds < math.inf:
            return
        measured = math.log(seconds)
        with self._lock:
            last = self._last.get(rows)
            if last is None:
                insort(self._rows, rows)
                last = self._last[rows] = deque(maxlen=LAST)
            else:
                away = measured - median(last) - self._drift
                self._drift += DRIFT * max(-FARTHEST, min(FARTHEST, away))
            last.append(measured - self._drift)
            self._curve = None
            self.count += 1

    def of(self, rows: float) -> float | None:
        """Seconds of a pass over `rows` rows (a mean number may be broken); None where too little is known.

        Beyond what was measured the line through the nearest two goes on, though no further down than in proportion to the rows.
        With a single count measured nothing is known of others.
        """
        with self._lock:
            places = self._rows
            if not places:
                return None
            if self._curve is None:
                known = [self._last[place] for place in places]
                seconds = [math.exp(median(last) + self._drift) for last in known]
                self._curve = _rising(seconds, [len(last) for last in known])
            curve = self._curve
            if len(places) == 1:
                return curve[0] if rows == places[0] else None
            right = max(1, min(bisect_left(places, rows), len(places) - 1))
            left = right - 1
            slope = (curve[right] - curve[left]) / (places[right] - places[left])
            there = curve[left] + slope * (rows - places[left])
            return max(there, curve[0] * rows / places[0]) if rows < places[0] else there


def _rising(values: list[float], weights: list[int]) -> list[float]:
    """The closest values that never fall (pool adjacent violators; least squares with these weights)."""
    pools: list[tuple[float, int, int]] = []  # mean, weight, how many values
    for value, weight in zip(values, weights, strict=True):
        mean, heavy, many = value, weight, 1
        while pools and pools[-1][0] > mean:
            before, other, more = pools.pop()
            mean = (mean * heavy + before * other) / (heavy + other)
            heavy, many = heavy + other, many + more
        pools.append((mean, heavy, many))
    return [mean for mean, _, many in pools for _ in range(many)]
