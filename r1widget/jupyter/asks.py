"""`Asks`: which turn each question of a page became, so that a page can stop one that it has not heard of yet."""

from __future__ import annotations

import threading

from ..conversation.turn import Turn

REMEMBERED = 64
"""Questions, and stops that came before theirs."""


class Asks:
    """By the ids of the page's commands. They come in on the threads of subshells, so that a stop may overtake the question
    that it is for: then it is remembered until that comes. Any thread may call any method."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}
        self._stopped: dict[str, None] = {}
        self._lock = threading.Lock()

    def came(self, id: str, turn: Turn) -> bool:
        """A question has become this turn; whether it was stopped before."""
        with self._lock:
            self._turns[id] = turn
            _shorten(self._turns)
            return id in self._stopped

    def stop(self, id: str) -> Turn | None:
        """The turn that is to be stopped; None where its question has not come yet."""
        with self._lock:
            if id not in self._turns:
                self._stopped[id] = None
                _shorten(self._stopped)
            return self._turns.get(id)


def _shorten(ids: dict[str, Turn] | dict[str, None]) -> None:
    while len(ids) > REMEMBERED:
        del ids[next(iter(ids))]
