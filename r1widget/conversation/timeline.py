"""`Timeline`: when which part of a thought was written, and with how many tokens. Mirrors js/src/state/timeline.ts.

`steps_of` says of each step what it took.

A mark every 64 characters or so: at 131,000 characters 2,000 marks, of which each is 20 bytes as JSON. Between two
marks tokens and seconds are taken to come evenly.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..reasoning.cues import StepKind
from ..reasoning.steps import Step, StepSplitter

EVERY = 64
"""Characters between two marks that are kept."""


class Mark(NamedTuple):
    """The thought's first `at` characters had taken so many tokens and seconds."""

    at: int
    """Characters of the turn's text of reasoning, verbatim."""
    tokens: int
    seconds: float
    """Since the turn began."""


class Timeline:
    """The marks of one thought. One thread adds, any may read."""

    def __init__(self, marks: Iterable[Sequence[float]] = (), *, start: int = 0) -> None:
        """`start`: characters that were there before the model began."""
        self._start = start
        self._marks = [Mark(int(at), int(tokens), float(seconds)) for at, tokens, seconds in marks]
        self._last: Mark | None = self._marks[-1] if self._marks else None

    def add(self, at: int, tokens: int, seconds: float) -> None:
        """The thought has grown to `at` characters."""
        mark = Mark(at, tokens, round(seconds, 2))
        if not self._marks:  # what comes first counts from its coming: before it the prompt was read
            self._marks.append(Mark(self._start, 0, mark.seconds))
        if at - self._marks[-1].at >= EVERY:
            self._marks.append(mark)
        self._last = mark

    @property
    def start(self) -> int:
        """Where the first mark is."""
        return self._marks[0].at if self._marks else self._start

    @property
    def marks(self) -> list[Mark]:
        """What is kept, and the last one in any case."""
        marks, last = list(self._marks), self._last
        return [*marks, last] if last and marks and last.at > marks[-1].at else marks

    def at(self, offsets: Iterable[int]) -> list[tuple[float, float]]:
        """Tokens and seconds that the first so many characters had taken, for each of `offsets`; empty: not known."""
        marks = self.marks
        places = [mark.at for mark in marks]
        return [_between(marks, places, offset) for offset in offsets] if marks else []

    def to_list(self) -> list[list[float]]:
        return [list(mark) for mark in self.marks]


def _between(marks: list[Mark], places: list[int], offset: int) -> tuple[float, float]:
    after = bisect.bisect_left(places, offset)
    if after == 0:
        return marks[0].tokens, marks[0].seconds
    if after == len(marks):
        return marks[-1].tokens, marks[-1].seconds
    one, two = marks[after - 1], marks[after]
    share = (offset - one.at) / (two.at - one.at)
    return one.tokens + share * (two.tokens - one.tokens), one.seconds + share * (two.seconds - one.seconds)


def steps_of(verbatim: str, timeline: Timeline) -> tuple[Step, ...]:
    """The steps of a thought without the white space around it, each with its tokens and seconds. `timeline` counts the
    characters of `verbatim`."""
    leading, reasoning = len(verbatim) - len(verbatim.lstrip()), verbatim.strip()
    splitter = StepSplitter()
    begun: list[tuple[StepKind, int]] = []
    at = 0
    for kind, text in [*splitter.feed(reasoning), *splitter.flush()]:
        if kind:
            begun.append((kind, at))
        at += len(text)
    ends = [*(start for _, start in begun), at][1:]
    known = timeline.at([*(leading + start for _, start in begun), leading + at])
    steps = []
    for number, ((kind, start), end) in enumerate(zip(begun, ends, strict=True)):
        tokens = seconds = None
        if known and leading + end > timeline.start:  # what was there before has its figures in the turn it is from
            (t0, s0), (t1, s1) = known[number : number + 2]
            tokens, seconds = round(t1) - round(t0), round(s1 - s0, 2)
        steps.append(Step(reasoning[start:end], kind, start, end, tokens, seconds))
    return tuple(steps)
