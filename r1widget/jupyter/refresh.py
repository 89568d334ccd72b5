"""`Refresh`: do something while something changes, soon and then not often. What is done is the caller's."""

from __future__ import annotations

import threading
from collections.abc import Callable

FIRST = 1.0
"""Seconds after the first change: a kernel that dies soon has left something."""
EVERY = 5.0
"""Seconds from one time to the next, at least. A page draws a long thought in 60 ms each time, a hundredth of them."""
RATE = 10_000
"""Characters a second: what is long is done less often. A thought of 131,000 characters that a slow model writes in half an hour
would be sent 300 times, 40 MB; so it is 60 times, 8 MB."""


class Refresh:
    """Calls `act`, which gives back how many characters it has sent, on a thread of its own, after `touch`. Nothing is done while
    nothing changes. Any thread may call."""

    def __init__(self, act: Callable[[], int]) -> None:
        self._act = act
        self._pause = FIRST
        self._sent = 0  # the last time
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def touch(self) -> None:
        """Something has changed."""
        if self._timer is None:
            with self._lock:
                if self._timer is None:
                    self._timer = threading.Timer(self._pause, self._due)
                    self._timer.daemon = True
                    self._timer.start()

    def rest(self) -> None:
        """Nothing is going to change for a while, and what has changed is done with."""
        with self._lock:
            self._pause = FIRST
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _due(self) -> None:
        with self._lock:
            if threading.current_thread() is not self._timer:
                return  # cancelled when it was too late
            self._pause, self._timer = max(EVERY, self._sent / RATE), None
        self._sent = self._act()
