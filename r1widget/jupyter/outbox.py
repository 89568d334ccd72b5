"""`Outbox`: what goes to the page, in order, numbered, and not more often than a page can show it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ..conversation.turn import Origin
from ..reasoning import Kind

Send = Callable[[dict[str, Any]], None]


class Outbox:
    """Joins streamed text into one message a beat; everything else goes at once, behind the text that came before it.

    The beat is 1/30 s: at 800 tokens/s that is 1 MB and 1,200 messages for 32,768 tokens, with 35 ms from token to
    page; a message a token is 23 MB and meets the server's limit of 1,000 messages/s, beyond which it drops them.

    Any thread may call any method: one lock orders what is sent and gives each message its `seq`. `send` is called
    under that lock and must not call back.
    """

    BEAT = 1 / 30

    def __init__(self, send: Send, *, beat: float | None = None) -> None:
        self._deliver = send
        self._beat = self.BEAT if beat is None else beat
        self._lock = threading.RLock()
        self._seq = 0
        self._last = -self._beat  # monotonic time of the last text that was sent
        self._pending: _Pending | None = None
        self._timer: threading.Timer | None = None

    def send_ordered(self, make: Callable[[int], dict[str, Any]]) -> None:
        """Send `make(seq)`. It is made under the lock, so a snapshot holds exactly what was sent before it."""
        with self._lock:
            self._flush()
            self._seq += 1
            self._deliver(make(self._seq))

    def send(self, message: dict[str, Any]) -> None:
        """Send a message that has no place in the order: an answer to one command, a notice."""
        with self._lock:
            self._deliver(message)

    def add_text(
        self, turn: str, kind: Kind, at: int, text: str, tokens: int, seconds: float | None, origin: Origin = "model"
    ) -> None:
        """Text of a turn, `seconds` since it began, None for what was there before: now, if the last beat is over, and otherwise at the next."""
        with self._lock:
            pending = self._pending
            if pending is not None and (pending.turn, pending.kind, pending.origin) != (turn, kind, origin):
                self._flush()
                pending = None
            if pending is None:
                pending = self._pending = _Pending(turn, kind, at, origin)
            pending.pieces.append(text)
            pending.tokens, pending.seconds = tokens, seconds
            due = self._last + self._beat - time.monotonic()
            if due <= 0:
                self._flush()
            elif self._timer is None:
                # So that text shows in time also when no more comes: a model may pause for seconds.
                self._timer = threading.Timer(due, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Send the text that waits for its beat."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._pending is None:
            return
        self._seq += 1  # first: what an interrupt loses is missed, and asked for
        pending, self._pending = self._pending, None
        self._last = time.monotonic()
        self._deliver(
            {
                "type": "delta",
                "seq": self._seq,
                "turn": pending.turn,
                "kind": pending.kind,
                "at": pending.at,
                "text": "".join(pending.pieces),
                "tokens": pending.tokens,
                **({} if pending.seconds is None else {"seconds": round(pending.seconds, 2)}),
                **({} if pending.origin == "model" else {"origin": pending.origin}),
            }
        )


class _Pending:
    """Text of one turn, kind and origin that waits for the beat."""

    __slots__ = ("at", "kind", "origin", "pieces", "seconds", "tokens", "turn")

    def __init__(self, turn: str, kind: Kind, at: int, origin: Origin) -> None:
        self.turn, self.kind, self.at, self.origin = turn, kind, at, origin
        self.pieces: list[str] = []
        self.tokens = 0
        self.seconds: float | None = None
