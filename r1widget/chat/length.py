"""`written`, `whole`, `rest_of`: how long turns are, in tokens."""

from __future__ import annotations

from ..conversation.turn import Turn

CHARACTERS = 4
"""Of a token, about, where nobody has counted them."""


def written(turn: Turn) -> int:
    """The tokens that the model has written, thought and answer together, so far."""
    tokens = turn.record.get("tokens", {})
    return sum(int(tokens.get(kind) or 0) for kind in ("reasoning", "answer"))


def whole(turn: Turn) -> int:
    """Of all that stands in the turn, also what was there before the model went on; at least 1."""
    began = turn.record.get("begins")
    if began is None and (counted := written(turn)):
        return counted
    return max(1, len(turn.ids) or sum(len(span.text) for span in turn.spans) // CHARACTERS)


def rest_of(turn: Turn, at: int) -> int:
    """Of what stands behind the first `at` characters of the thought; at least 1."""
    characters = len(turn.text("reasoning")) + len(turn.text("answer"))
    return max(1, round(whole(turn) * (1 - at / characters))) if characters else 1
