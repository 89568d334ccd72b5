"""`Latch`: opened once, and everybody who waits for it goes on. Whatever comes in between: an interrupt, too."""

from __future__ import annotations

import contextlib
import math
import threading
import time

SLICE = 0.2
"""Seconds between two looks. On Windows an interrupt doesn't end a wait for a lock; and should an interrupt come between
taking the lock and handing it on, the others hear of it so."""


class Latch:
    """Not `threading.Event`: who waits for one holds, for a moment, a lock that is taken in Python code. An interrupt there
    leaves it locked, and then whoever wants to set the event waits for ever (bpo-29988; `Condition.__enter__`)."""

    def __init__(self) -> None:
        self.is_open = False
        self._gate = threading.Lock()
        self._gate.acquire()

    def open(self) -> None:
        """Let everyone go on. Twice is fine."""
        self.is_open = True
        with contextlib.suppress(RuntimeError):  # it was open
            self._gate.release()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is open, at the latest after `timeout` seconds."""
        end = math.inf if timeout is None else time.monotonic() + timeout
        while not self.is_open and (left := end - time.monotonic()) > 0:
            if self._gate.acquire(timeout=min(left, SLICE)):
                with contextlib.suppress(RuntimeError):
                    self._gate.release()  # for the next one
        return self.is_open
