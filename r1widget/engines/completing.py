"""`complete`: an engine of somebody's own, which has `stream` and perhaps more, as a whole `Engine`."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from typing import Any

from . import Capabilities, Delta, Engine, Pace, Request, name_of
from .capabilities import nothing_said

MEMBERS = ("name", "capabilities", "pace", "stream", "describe", "close")


def complete(engine: Any) -> Engine:
    """The engine itself where nothing is missing, else one that says the rest in its place."""
    # Not `hasattr`, which asks: a property of an engine that isn't ours may raise, or take long.
    lacks = [
        name
        for name in MEMBERS
        if inspect.getattr_static(engine, name, inspect.Parameter.empty) is inspect.Parameter.empty
    ]
    return _Completed(engine, frozenset(lacks)) if lacks else engine


class _Completed:
    """What the engine has is its own, also where that changes. One that says nothing can be asked and stopped, no more."""

    def __init__(self, engine: Any, lacks: frozenset[str]) -> None:
        self._engine, self._lacks = engine, lacks
        self.name = name_of(engine)

    @property
    def capabilities(self) -> Capabilities:
        return nothing_said(self.name) if "capabilities" in self._lacks else self._engine.capabilities

    @property
    def pace(self) -> Pace | None:
        return None if "pace" in self._lacks else self._engine.pace

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        deltas: Iterator[Delta] = self._engine.stream(request, stop)
        return deltas

    def describe(self) -> dict[str, Any]:
        if "describe" in self._lacks:
            return {"engine": type(self._engine).__name__, "model": self.name}
        about: dict[str, Any] = self._engine.describe()
        return about

    def close(self) -> None:
        if "close" not in self._lacks:
            self._engine.close()
