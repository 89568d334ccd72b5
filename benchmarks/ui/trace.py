"""Chromium's own trace of a page's main thread: which task took how long, and on what."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

_CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute"]
_TASK = ("RunTask", "ThreadControllerImpl::RunTask")


class Trace:
    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self.spans: list[tuple[float, float, str]] = []
        """Of the main thread: begin and length in seconds, and a name; the enclosing one first."""

    def read(self, data: bytes) -> None:
        events = json.loads(data)["traceEvents"]
        threads: dict[tuple[int, int], list[tuple[float, float, str]]] = defaultdict(list)
        mains = {
            (event["pid"], event["tid"])
            for event in events
            if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
        }
        for event in events:
            if event["ph"] == "X" and (event["pid"], event["tid"]) in mains:
                span = (event["ts"] / 1e6, event.get("dur", 0) / 1e6, event["name"])
                threads[event["pid"], event["tid"]].append(span)
        # The page's is the one that works: a browser keeps a spare one.
        busiest = max(threads.values(), key=lambda spans: sum(length for _, length, name in spans if name in _TASK))
        self.spans = sorted(busiest, key=lambda span: (span[0], -span[1]))

    def longest_tasks(self, period: float) -> list[float]:
        """The longest task of each period, in ms."""
        longest: dict[int, float] = defaultdict(float)
        for begin, length, name in self.spans:
            if name in _TASK:
                longest[int(begin / period)] = max(longest[int(begin / period)], length * 1000)
        return list(longest.values())

    def own_seconds(self) -> dict[str, float]:
        """By name, without what is inside."""
        own: dict[str, float] = defaultdict(float)
        open_: list[tuple[float, str]] = []
        for begin, length, name in self.spans:
            while open_ and open_[-1][0] <= begin:
                open_.pop()
            own[name] += length
            if open_:
                own[open_[-1][1]] -= length
            open_.append((begin + length, name))
        return dict(own)


@contextmanager
def traced(page: Page) -> Iterator[Trace]:
    """What happens inside is traced. Tracing costs time of its own, so nothing else is measured meanwhile."""
    browser = page.context.browser
    assert browser
    trace = Trace()
    browser.start_tracing(page=page, categories=_CATEGORIES)
    yield trace
    trace.read(browser.stop_tracing())
