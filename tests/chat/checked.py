"""An engine whose replies are held, and what is asked of a check in these tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from r1widget import Chat, Turn
from r1widget.engines import Delta, Request
from r1widget.testing import ScriptedEngine, cut

PATIENCE = 60
THOUGHT = "17 × 24.\n\nSo it is 400.\n\nWait, and 8.\n\nSo it is 408."
REPLY = f"{THOUGHT}\n</think>\n\nThe answer is 408."


class HeldEngine(ScriptedEngine):
    """What it says is `say(number, request)`, where `number` counts its requests from 0. Those that `holds(number, request)` wait, with all that is
    to be said, for a place of the gate; when `at` of them have come, `arrived` is set."""

    def __init__(
        self,
        say: Callable[[int, Request], str] = lambda number, request: REPLY,
        *,
        holds: Callable[[int, Request], bool] = lambda number, request: False,
        at: int = 4,
        **options: Any,
    ) -> None:
        super().__init__(REPLY, **options)
        self.gate, self.arrived = threading.Semaphore(0), threading.Event()
        self.raises: Callable[[int, Request], BaseException | None] = lambda number, request: None
        self.together = self.most = 0
        self._say, self._holds, self._at = say, holds, at
        self._numbers: dict[int, int] = {}
        self._lock = threading.Lock()

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        with self._lock:
            number = self._numbers[id(request)] = len(self.requests)
            self.together += 1
            self.most = max(self.most, self.together)
        try:
            deltas = super().stream(request, stop)
            yield next(deltas)
            if self._holds(number, request):
                with self._lock:
                    self._at -= 1
                    if self._at == 0:
                        self.arrived.set()
                while not self.gate.acquire(timeout=0.01):
                    if stop.is_set():
                        yield Delta(finish_reason="cancelled")
                        return
            if (problem := self.raises(number, request)) is not None:
                raise problem
            yield from deltas
        finally:
            with self._lock:
                self.together -= 1

    def _pieces_for(self, request: Request, pieces: list[str]) -> list[str]:
        return cut(self._say(self._numbers[id(request)], request))


def chat_with(engine: Any, **options: Any) -> Chat:
    return Chat(engine, **{"keep": False, **options})


def after_first(number: int, request: Request) -> bool:
    """All but the turn itself."""
    return number > 0


def told(chat: Chat) -> list[tuple[str, Any]]:
    """How far each check is, whenever it is told of."""
    heard: list[tuple[str, Any]] = []

    @chat.on("checked")
    def hear(turn: Turn) -> None:
        heard.extend((what, (under.done, under.total)) for what, under in turn.under.items())
        if not turn.under:
            heard.append(("over", None))

    return heard


def until(chat: Chat, holds: Callable[[Turn], bool]) -> threading.Event:
    """Set when what is known of a turn has come so far."""
    come = threading.Event()

    @chat.on("checked")
    def hear(turn: Turn) -> None:
        if holds(turn):
            come.set()

    return come
