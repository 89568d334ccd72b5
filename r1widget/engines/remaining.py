"""`Remaining`: how long something takes yet, from how fast it went lately."""

from __future__ import annotations

import math
from collections import deque

WINDOW = 15.0
"""Seconds that count: a network's speed of a minute ago says little."""
SOONEST = 1.0
"""Seconds after which something can be said."""
STEP = 0.25


class Remaining:
    """Of one stage, whose `done` grows to a `total`."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def look(self, done: int | None, total: int | None, now: float) -> int | None:
        """Seconds left, about, in whole ones; None as long as that can't be told."""
        if done is None or not total:
            return None
        seen = self._seen
        if seen and done < seen[-1][1]:
            seen.clear()  # it began anew
        if not seen or now - seen[-1][0] >= STEP:
            seen.append((now, done))
        while len(seen) > 2 and now - seen[1][0] > WINDOW:
            seen.popleft()
        began, before = seen[0]
        if now - began < SOONEST or done <= before or done >= total:
            return None
        return max(1, math.ceil((total - done) * (now - began) / (done - before)))
