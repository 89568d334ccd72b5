"""`prefill_for`: what an engine is told of a reply that is there in part."""

from __future__ import annotations

from ..conversation.turn import Turn
from ..engines import Prefill


def prefill_for(turn: Turn) -> Prefill | None:
    """The beginning of a turn's reply: the ids that it has kept, and its text behind them. None: it has none."""
    if turn.begins is None:
        return None
    kept = turn.ids.all
    return Prefill(
        ids=kept.ids,
        closed=kept.closed,
        reasoning=turn.text("reasoning")[kept.reasoning :],
        answer=turn.text("answer")[kept.answer :] if turn.begins == "answer" else None,
    )
