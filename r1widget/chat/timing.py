"""`Timing`: when the parts of a turn happened, and how fast. Told of what comes; looks at the clock itself."""

from __future__ import annotations

import time

SHORTEST = 0.1
"""Seconds below which nothing is said of a pace: over less, it is the machine's noise."""


class Timing:
    """The clock of one turn. All times are seconds since it began."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.first_token: float | None = None
        self.thinking: float | None = None
        """How long the thinking took; of the first thought, since the turn began."""
        self._thinks_since = 0.0
        self._tokens = 0  # behind the first piece, which came after the reading, not after a token
        self._last = 0.0
        self._reading: tuple[float, int] | None = None
        self.prompt_tokens_per_second: float | None = None

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.started

    def read(self, done: int) -> None:
        """So many tokens of the prompt have been read by now."""
        now = self.elapsed
        if self._reading is None:
            self._reading = now, done
        elif now - self._reading[0] >= SHORTEST and done > self._reading[1]:
            self.prompt_tokens_per_second = (done - self._reading[1]) / (now - self._reading[0])

    def wrote(self, tokens: int) -> None:
        """A piece of text has come, of so many tokens."""
        self._last = self.elapsed
        if self.first_token is None:
            self.first_token = self._last
        else:
            self._tokens += tokens

    def told_of(self, tokens: int) -> None:
        """There were so many tokens more than the pieces said."""
        self._tokens += tokens

    def thinks_again(self) -> None:
        """A thought begins."""
        self._thinks_since = self.elapsed if self.thinking is not None else 0.0

    def has_reasoning(self, at: float) -> None:
        """A thought has ended."""
        self.thinking = (self.thinking or 0.0) + at - self._thinks_since

    @property
    def tokens_per_second(self) -> float | None:
        """Of the writing, from the first piece to the last; None: too little to say."""
        seconds = self._last - (self.first_token or 0.0)
        return self._tokens / seconds if self._tokens > 0 and seconds >= SHORTEST else None
