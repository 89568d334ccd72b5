"""`token_places`: where in the turn's texts each token that the model chose begins and ends. Standard library only.

A score has the end alone (`TokenScore.end`). Between two ends can stand what isn't the token's: a text that was there before the
model went on, a sentence that a budget wrote, the blank line between two thoughts. So a token begins where the last of these ends.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..number import whole
from ..reasoning import KINDS, Kind
from ..reasoning.steps import Step
from .scores import TokenScore
from .turn import Turn

BEGINS = "begins"
"""In a record: what was there before the model began, of a turn that goes on behind a text; of each kind how many characters."""


class Place(NamedTuple):
    """A token's text is `turn.text(kind)[start:end]`; it is empty of a tag, and of all but the first of the tokens that made a
    character together."""

    start: int
    end: int


def token_places(turn: Turn, scores: Iterable[TokenScore]) -> list[Place]:
    """One for each of the turn's scores."""
    texts = {kind: _Text(turn, kind) for kind in KINDS}
    return [texts[score.kind].place(score.end) for score in scores]


class _Text:
    """The text of one kind, and how far its tokens have come."""

    def __init__(self, turn: Turn, kind: Kind) -> None:
        spans = turn.spans_of(kind)
        ends = [*itertools.accumulate(len(span.text) for span in spans)]
        kept = turn.record.get(BEGINS)
        before = whole(kept.get(kind)) if isinstance(kept, Mapping) else 0
        # Behind others' text a token may be empty: a tag, which ends where that text does.
        self._others = sorted(end for end, span in zip(ends, spans, strict=True) if span.origin != "model")
        if type(before) is int and before > 0:
            bisect.insort(self._others, before)
        self._spans = ends
        self._at = 0

    def place(self, end: int) -> Place:
        others = bisect.bisect_right(self._others, end)
        spans = bisect.bisect_left(self._spans, end)
        start = max(self._at, self._others[others - 1] if others else 0, self._spans[spans - 1] if spans else 0)
        self._at = max(self._at, end)
        return Place(min(start, end), end)


def steps_at(verbatim: str, steps: Sequence[Step], ends: Iterable[int]) -> list[int | None]:
    """For each text that ends there, in characters of the `verbatim` thought, the number of the step that its last character is
    in, from 0."""
    leading = len(verbatim) - len(verbatim.lstrip())
    starts = [leading + step.start for step in steps]
    return [max(0, bisect.bisect_right(starts, end - 1) - 1) if starts else None for end in ends]
