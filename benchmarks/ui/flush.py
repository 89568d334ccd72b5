"""What one flush costs the page's main thread, by how long the thought is already."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from .chats import Fed
from .place import Page, Place
from .trace import Trace, traced

LENGTHS = (1000, 8000, 32_000, 128_000)
"""Tokens that are there already."""
ROUNDS = 4
COUNT = 30
"""Flushes of one round; more at once would make a short text a long one."""
_LEAD = 0.6
"""Seconds that Jupyter has to forget that a line was executed, before the first flush."""
_WINDOW = COUNT * Fed.PAUSE + _LEAD / 2
_PATIENCE = 120


def measure(place: Place, way: str, lengths: Sequence[int]) -> dict[int, dict[str, float]]:
    """For each length, in ms: a flush's share of the main thread, less an idle page's, and its longest task.

    `busy` is by the clock, and grows when a task has to wait for a processor; `CPU` doesn't.
    """
    with place.page(way, "Fed({front_end})") as page:
        page.rest(2)
        _cost(page, lengths[0])  # compiled and warm
        # Interleaved, so that what disturbs a while disturbs all lengths.
        costs = [{length: _cost(page, length) for length in lengths} for _ in range(ROUNDS)]
        tasks = {length: trace(page, length).longest_tasks(Fed.PAUSE) for length in lengths}
    return {
        length: {
            "busy": statistics.median(cost[length]["TaskDuration"] for cost in costs),
            "CPU": statistics.median(cost[length]["ThreadTime"] for cost in costs),
            "task p50": statistics.median(tasks[length]),
            "task p95": sorted(tasks[length])[int(len(tasks[length]) * 0.95)],
        }
        for length in lengths
    }


def trace(page: Page, length: int) -> Trace:
    """Flushes at this length, traced."""
    _begin(page, length)
    last = page.notebook.python(f"it.flush({COUNT}, {_LEAD})")
    page.rest(_LEAD / 2)
    with traced(page.notebook.page) as found:
        page.wait_for_marker(last, _PATIENCE)
    return found


def _begin(page: Page, length: int) -> None:
    page.wait_for_marker(page.notebook.python(f"it.begin({length})"), _PATIENCE)
    page.rest(1)
    page.collect_garbage()


def _cost(page: Page, length: int) -> dict[str, float]:
    """Ms a flush, by the page's own meters."""
    _begin(page, length)
    idle = page.metrics()
    page.rest(_WINDOW)
    before = page.metrics()
    last = page.notebook.python(f"it.flush({COUNT}, {_LEAD})")
    page.rest(_LEAD / 2)
    flushes, begun = page.wire.deltas, page.metrics()
    page.wait_for_marker(last, _PATIENCE)
    flushes, ended = page.wire.deltas - flushes, page.metrics()
    return {
        meter: 1000 * (ended[meter] - begun[meter] - (before[meter] - idle[meter])) / max(1, flushes)
        for meter in ("TaskDuration", "ThreadTime")
    }
