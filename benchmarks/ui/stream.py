"""One long thought and an answer, at the pace of a fast model: what it cost, and when each marker was on the page."""

from __future__ import annotations

import statistics
from typing import Any

from .chats import ANSWER, END
from .place import Page, Place, difference

AFTER = 3
"""Seconds that are looked at when all is shown: the turn ends, and its transcript is drawn."""


def measure(place: Place, way: str, tokens: int, rate: float) -> dict[str, Any]:
    with place.page(way, f"Paced({tokens}, {rate}, {{front_end}})") as page:
        page.rest(2)
        idle = page.meters()
        page.rest(1)
        before = page.meters()
        began = page.watch("now()")
        page.notebook.start(1)
        if way == "folded":
            page.notebook.chat(0).locator(".r1-fold").click()
        # A way that can't keep up is not waited for until it has caught up.
        finished = page.wait_for_marker(END, (tokens + ANSWER) / rate * 1.5 + 20)
        after = page.meters()
        ended = page.watch("now()")
        page.rest(1 + AFTER)
        last = page.meters()
        page.collect_garbage()
        metrics = page.metrics()
        seen = page.watch("shown")
        long_tasks = page.watch("longTasks")
        result = page.notebook.python("it.result()")
    return {
        **_row(page, result, {number: at for number, at in seen.items() if at <= ended}),
        **_tasks([task["ms"] for task in long_tasks if began <= task["at"] < ended]),
        **_costs(difference(before, after)),
        "finished": finished,
        "kernel CPU, s": result["cpu"],
        "idle page busy, s a minute": 60 * difference(idle, before)["busy"],
        "at the turn's end busy, s": difference(after, last)["busy"],
        "at the turn's end longest task, ms": max(
            (task["ms"] for task in long_tasks if task["at"] >= ended), default=0
        ),
        "DOM nodes": metrics["Nodes"],
        "JS heap, MB": metrics["JSHeapUsedSize"] / 1e6,
        "a delta": page.wire.of_a_delta(),
    }


def _row(page: Page, result: dict[str, Any], seen: dict[str, float]) -> dict[str, Any]:
    written = result["written"]
    whole = {"reasoning": result["reasoning"], "answer": result["answer"]}
    latencies = sorted(seen[number] - when for number, when in written.items() if number in seen)
    enough = len(latencies) > len(written) / 2  # in a folded thought hardly any is shown
    return {
        "text equal": page.wire.text == whole,
        "characters lost": sum(map(len, whole.values())) - sum(map(len, page.wire.text.values())),
        "gaps in seq": page.wire.gaps,
        "deltas": page.wire.deltas,
        "markers written": len(written),
        "markers shown": len(latencies),
        "token to page p50, ms": statistics.median(latencies) * 1000 if enough else None,
        "token to page p95, ms": latencies[int(len(latencies) * 0.95)] * 1000 if enough else None,
    }


def _tasks(long: list[float]) -> dict[str, Any]:
    return {"long tasks": len(long), "longest task, ms": max(long, default=0)}


def _costs(spent: dict[str, float]) -> dict[str, Any]:
    return {
        "websocket MB": spent["bytes"] / 1e6,
        "websocket messages": spent["messages"],
        "server CPU, s": spent["server"],
        "main thread busy, s": spent["busy"],
        "of it CPU, s": spent["cpu"],
        "of it script, s": spent["script"],
        "of it style, s": spent["style"],
        "of it layout, s": spent["layout"],
        "page's process CPU, s": spent["process"],
    }
