"""`Speedometer`: how fast an engine has been lately, from the passes it made."""

from __future__ import annotations

import math

from . import Pace

REMEMBERED = 5.0
"""Seconds of work after which a pass counts 1/e: long enough for a steady number, short enough to follow a long trace,
whose passes get slower."""


class Speedometer:
    """Two running means, each weighted by the time that its passes took."""

    def __init__(self) -> None:
        self._writing = _Rate()
        self._reading = _Rate()

    def learn(self, seconds: float, *, written: int, chats: int, read: int) -> None:
        """A pass took `seconds`: it wrote `written` tokens in `chats` chats, and read `read` tokens of prompts.

        A pass that does both says nothing of either: it is as slow as a prompt's, and there are few of them.
        """
        if chats and not read:
            self._writing.add(written / chats, seconds)
        elif read and not chats:
            self._reading.add(read, seconds)

    @property
    def pace(self) -> Pace | None:
        """None before anything was written."""
        writing = self._writing.value
        return (
            None if writing is None else Pace(tokens_per_second=writing, prompt_tokens_per_second=self._reading.value)
        )


class _Rate:
    def __init__(self) -> None:
        self._amount = self._seconds = 0.0

    def add(self, amount: float, seconds: float) -> None:
        faded = math.exp(-seconds / REMEMBERED)
        self._amount = self._amount * faded + amount
        self._seconds = self._seconds * faded + seconds

    @property
    def value(self) -> float | None:
        return self._amount / self._seconds if self._seconds else None
