"""On what the page's main thread spends a flush, from Chromium's own trace."""

from __future__ import annotations

from collections import defaultdict

from . import flush
from .place import Place
from .trace import Trace

LENGTHS = (1000, 32_000, 128_000)
"""Tokens that are there already."""
_PARTS = {
    "style": ("UpdateLayoutTree", "ScheduleStyleRecalculation"),
    "layout": ("Layout", "InvalidateLayout"),
    "pre-paint": ("PrePaint",),
    "paint": ("Paint", "PaintImage"),
    "layers, commit": ("Layerize", "Commit", "UpdateLayer", "ScrollLayer", "CompositeLayers"),
    "script": ("FunctionCall", "RunMicrotasks", "EventDispatch", "FireAnimationFrame", "TimerFire", "ParseHTML"),
}
_NAMES = {name: part for part, names in _PARTS.items() for name in names}


def measure(place: Place, way: str) -> dict[int, dict[str, float]]:
    """For each length ms of a flush, by part."""
    with place.page(way, "Fed({front_end})") as page:
        page.rest(2)
        return {length: _parts(flush.trace(page, length)) for length in LENGTHS}


def _parts(trace: Trace) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for name, seconds in trace.own_seconds().items():
        garbage = name.startswith("V8.GC") or "marking" in name
        part = "garbage" if garbage else _NAMES.get(name, "script" if name.startswith(("V8", "v8")) else "tasks, rest")
        found[part] += 1000 * seconds / flush.COUNT
    return dict(found)
