"""`Axis`: where in a reply something stands, counted as finely as is known of it. Standard library only."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...conversation.scores import TokenScore
from ...conversation.turn import Turn


@dataclass(frozen=True)
class Axis:
    """From 0 to `end`: the tokens of the reply; where they have no scores, those of the thought; or else its characters."""

    label: str
    end: float
    thought: Callable[[int], float]
    """Where the first so many characters of the verbatim thought end."""


def axis_of(turn: Turn, scores: Sequence[TokenScore]) -> Axis:
    thought = [index for index, score in enumerate(scores) if score.kind == "reasoning"]
    marks, length = turn.timeline.marks, len(turn.text("reasoning"))
    if scores:
        ends = [scores[index].end for index in thought]
        places = [*thought, thought[-1] + 1 if thought else 0]
        return Axis("tokens of the reply", len(scores), lambda at: places[bisect.bisect_right(ends, at)])
    if marks and marks[-1].tokens:
        return Axis("tokens of the thought", marks[-1].tokens, lambda at: turn.timeline.at([at])[0][0])
    return Axis("characters of the thought", length, lambda at: at)
