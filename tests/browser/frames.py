"""What a page hears on its socket."""

from __future__ import annotations

import time

from playwright.sync_api import Page, WebSocket

from .lab import PATIENCE, SECONDS


class Heard:
    """How often the bundle `name` is in it."""

    def __init__(self, name: str) -> None:
        self._sign = f'"type": "{name}"'.encode()
        self.times = 0

    def socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._add)

    def wait(self, page: Page, times: int) -> None:
        """Until it is that often. Nothing in the page shows that code has come which no view has needed yet."""
        deadline = time.monotonic() + PATIENCE / SECONDS
        while self.times < times:
            assert time.monotonic() < deadline, f"It has been heard {self.times} times."
            page.wait_for_timeout(50)

    def _add(self, frame: str | bytes) -> None:
        data = frame if isinstance(frame, bytes) else frame.encode()
        self.times += len(data) > 100_000 and self._sign in data
