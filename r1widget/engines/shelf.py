"""`SharedEngine`: ten widgets that name the same model load it once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from . import Engine, OnProgress, load

_shelf: dict[str, SharedEngine] = {}
_shelf_lock = threading.Lock()


class SharedEngine:
    """A model that is loaded by the first who needs it; who comes meanwhile waits for the same loading."""

    def __init__(self, load: Callable[[OnProgress], Engine]) -> None:
        self._load = load
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def get(self, on_progress: OnProgress) -> Engine:
        """The engine, loaded if need be. A failed loading isn't remembered: the next one tries again."""
        with self._lock:
            if self._engine is None:
                self._engine = self._load(on_progress)
            return self._engine


def shared(model: Any, **options: Any) -> SharedEngine:
    """The one `SharedEngine` of this process for these arguments of `load`; an `Engine` is its own."""
    if model is not None and not isinstance(model, str) and not hasattr(model, "__fspath__"):
        return SharedEngine(lambda on_progress: load(model))
    key = repr((str(model), sorted(options.items(), key=lambda item: item[0])))
    with _shelf_lock:
        if key not in _shelf:
            _shelf[key] = SharedEngine(lambda on_progress: load(model, on_progress=on_progress, **options))
        return _shelf[key]
