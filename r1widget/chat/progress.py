"""`ProgressTracker`: keeps a running turn's `TurnProgress` (estimate.py), and says when there is something to tell of it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from ..conversation.estimate import Limits, TurnProgress
from ..conversation.turn import Turn
from ..engines import Delta, Engine
from .timing import Timing

TELL = 5
"""Words a second, at most, on how far the reading is, or how long the queue. No eye reads numbers that change faster."""


class ProgressTracker:
    """What is to be expected of a turn that an engine writes, from what the engine says and what is measured."""

    def __init__(self, turn: Turn, engine: Engine, limits: Limits, timing: Timing) -> None:
        self._turn, self._engine, self._timing = turn, engine, timing
        self._progress = turn.progress = TurnProgress(limits=limits)
        self._begun = False  # whether the engine has said that nobody comes first any more
        self._untold = False
        self._told: deque[float] = deque(maxlen=TELL)
        self.look()

    def hear(self, delta: Delta) -> bool:
        """What a delta says beside text; whether it is to be told now.

        In a storm it waits for a later delta. Not so when the prompt is known, nor when the engine first says that nobody
        comes before this turn any more.
        """
        now = delta.prompt is not None
        before = self._progress
        if delta.waiting is not None and delta.waiting != (before.waiting or 0):
            if delta.waiting == 0 and not self._begun:
                self._begun = now = True
            self._stand(replace(self._progress, waiting=delta.waiting or None))
        if delta.reading is not None and delta.reading != before.reading:
            self._timing.read(delta.reading[0])
            self._stand(replace(self._progress, reading=delta.reading))
        if delta.text:  # which says that waiting and reading are over
            if (before.waiting, before.reading) != (None, None):
                self._stand(replace(self._progress, waiting=None, reading=None))
            self._untold = False
            if self._timing.elapsed - self._looked >= 1:
                self.look()  # for a page that asks in the middle
            return now
        self._untold |= self._progress is not before
        free = len(self._told) < TELL or self._timing.elapsed - self._told[0] >= 1
        if not now and not (self._untold and free):
            return False
        self._untold = False
        self._told.append(self._timing.elapsed)
        self.look()
        return True

    def look(self) -> None:
        """How fast is it? The engine knows better, if it knows: it has written other turns before."""
        self._looked = self._timing.elapsed
        known = self._engine.pace
        reading = known.prompt_tokens_per_second if known else None
        self._stand(
            replace(
                self._progress,
                tokens_per_second=known.tokens_per_second if known else self._timing.tokens_per_second,
                prompt_tokens_per_second=reading or self._timing.prompt_tokens_per_second,
            )
        )

    def _stand(self, progress: TurnProgress) -> None:
        self._progress = self._turn.progress = progress
