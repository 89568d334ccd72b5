"""`Beside`: a line of turns beside a chat's own, for what is written to be compared and belongs to no conversation."""

from __future__ import annotations

import threading
from typing import Protocol

from ..conversation import Conversation
from ..conversation.turn import Turn
from ..engines.registry import Shared
from .audience import Silent
from .generation import Generation


class Stoppable(Protocol):
    def stop(self) -> None: ...


class Beside(Generation):
    """With the same engine, and a thread of its own: a question doesn't wait behind it. Nobody is told of its turns, nor of the
    engine's loading, of which the chat's own line tells.

    Whoever stops all of it (a person, an unloading, the program's end) stops the searches, too, for which more would be written.
    """

    def __init__(self, conversation: Conversation, source: Shared) -> None:
        """Of the conversation it reads what comes before a turn."""
        self._searches: list[Stoppable] = []
        self._searches_lock = threading.Lock()
        super().__init__(conversation, source, Silent())

    def join_in(self, search: Stoppable) -> None:
        """Stop this, too, when all is stopped."""
        with self._searches_lock:
            self._searches.append(search)

    def part(self, search: Stoppable) -> None:
        """It is over. Twice is fine."""
        with self._searches_lock:
            self._searches = [each for each in self._searches if each is not search]

    def stop(self, turn: Turn | None = None, why: str | None = None) -> bool:
        if turn is None:
            with self._searches_lock:
                searches = list(self._searches)
            for search in searches:
                search.stop()
        return super().stop(turn, why)
