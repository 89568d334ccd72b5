"""`Worker`: a thread that the end of a program waits for, and whose own end can be waited for whatever comes in between."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable

from ..conversation.latch import Latch

PATIENCE = 5.0
"""Seconds that the end of a program waits for a thread that doesn't hear."""

_workers: list[Worker] = []
"""Those that may not have ended. Who started one may be no more while it still frees the model."""
_lock = threading.Lock()


@atexit.register
def _join_all() -> None:
    for worker in filter(threading.Thread.is_alive, list(_workers)):
        worker.join(PATIENCE)  # not only its work: the end of a thread frees what torch holds for it


class Worker(threading.Thread):
    """A thread with a latch for its end: where an interrupt ends its `join`, Python 3.11 takes it for dead (bpo-45274)."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.over = Latch()
        self._work = work

    def start(self) -> None:
        super().start()
        with _lock:
            _workers[:] = [*filter(threading.Thread.is_alive, _workers), self]

    def run(self) -> None:
        try:
            self._work()
        finally:
            del self._work  # as Thread does with its target: it may be kept longer than what it works for
            self.over.open()
