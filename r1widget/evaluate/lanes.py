"""`Lanes`: several turns by themselves that one model writes at once. The chat that shares the model goes on beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..chat.generation import Generation
from ..conversation import Conversation
from ..conversation.turn import Turn
from ..engines import Engine, Progress
from ..engines.registry import Shared
from ..reasoning import Kind
from ..settings import Settings

BEAT = 0.02
"""Seconds between looks at what is being written."""


class Heard:
    """What lanes are told: how far the model is with loading. Turns by themselves tell nothing."""

    loading_text = ""

    def loading(self, progress: Progress) -> None:
        self.loading_text = progress.text

    def engine_ready(self, engine: Engine) -> None:
        self.loading_text = ""

    def engine_failed(self, message: str) -> None:
        self.loading_text = ""

    def engine_unloaded(self) -> None: ...

    def turn_changed(self, turn: Turn) -> None: ...

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: str) -> None: ...


class Lanes:
    """So many lines, each with a turn at a time: what is long keeps no other from beginning."""

    def __init__(self, source: Shared, count: int) -> None:
        self.heard = Heard()
        self._lanes = [Generation(Conversation(), source, self.heard) for _ in range(count)]
        self._running: dict[int, tuple[Any, Turn]] = {}

    @property
    def running(self) -> list[Turn]:
        return [turn for _, turn in self._running.values()]

    def write(self, asked: Iterable[tuple[Any, Turn, Settings]]) -> Iterator[tuple[Any, Turn] | None]:
        """Each turn as it ends, with the key that it came with; None when none has for a moment. An interrupt comes out here: `stop` then ends what runs."""
        line = iter(asked)
        is_over = False
        while True:
            for number, lane in enumerate(self._lanes):
                if number in self._running or is_over:
                    continue
                following = next(line, None)
                if following is None:
                    is_over = True
                    break
                key, turn, settings = following
                self._running[number] = key, turn
                lane.submit(turn, settings=settings)
            if not self._running:
                return
            next(iter(self.running)).wait(BEAT)
            ended = [number for number, (_, turn) in self._running.items() if turn.wait(0)]
            for number in ended:
                key, turn = self._running.pop(number)
                yield key, turn
            if not ended:
                yield None

    def stop(self) -> None:
        """End what runs, and let the model go."""
        for lane in self._lanes:
            lane.stop()
        for lane in self._lanes:
            lane.leave()
        self._running.clear()
