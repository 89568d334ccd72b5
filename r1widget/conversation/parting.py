"""`compare`: how far a turn that was run again is the same as the recorded one, and `reach_of`: how far it can be expected to be.

By ids where both have them, and else by their texts. Standard library only; what is said of it is in replay.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from ..reasoning import KINDS, Kind
from .beginning import common
from .turn import Origin, Turn

Ended = Literal["cancelled", "error", "person", "think_more", "loop"]
_STEERED: dict[Origin, Ended] = {"person": "person", "think_more": "think_more", "loop": "loop"}
_CUT: tuple[Ended, ...] = ("cancelled", "error")
_BORDER = "\0"
"""Between a thought and its answer, where two turns' texts are compared."""


class PartsAt(NamedTuple):
    """Where two replies part."""

    token: int | None
    """The first of `turn.ids` that differs, from 0; None where one of the two has none, and texts were compared."""
    kind: Kind
    at: int
    """Characters of `turn.text(kind)` before that."""


@dataclass(frozen=True)
class Reach:
    """How far a turn can be expected to come out the same."""

    why: Ended | None
    """What ends that: it was stopped, an error came, or somebody had a hand in it whose moment isn't known. None: to its end."""
    ids: int
    reasoning: int
    """Characters of the thought."""
    answer: int
    """And of the answer."""


class Compared(NamedTuple):
    """What came of comparing."""

    parts_at: PartsAt | None
    tokens: int | None
    """How many were the same, without those that the turn began with; None where texts were compared."""
    is_complete: bool
    """Whether the new one came as far as is compared, or parted before: it wasn't stopped, and didn't fail."""
    reach: Reach


def reach_of(turn: Turn) -> Reach:
    """Up to where a person had a hand in it, or a loop was ended, while it was written; else to its end."""
    lengths = dict.fromkeys(KINDS, 0)
    spans = {kind: iter(turn.spans_of(kind)) for kind in KINDS}
    for span in turn.spans:
        end = lengths[span.kind] + len(next(spans[span.kind]).text)
        if end > begins(turn)[span.kind] and (why := _STEERED.get(span.origin)):
            ids = len(turn.ids.keep("reasoning", lengths["reasoning"]).ids)
            return Reach(why, ids, lengths["reasoning"], lengths["answer"])
        lengths[span.kind] = end
    cut = next((why for why in _CUT if why == turn.finish_reason), None)
    return Reach(cut, len(turn.ids), lengths["reasoning"], lengths["answer"])


def begins(turn: Turn) -> dict[Kind, int]:
    """How many characters of each kind were there before the model began."""
    recorded = turn.record.get("begins") or {}
    return {kind: int(recorded.get(kind, 0)) for kind in KINDS}


def compare(of: Turn, turn: Turn) -> Compared:
    """The recorded turn, and the new one, which has ended."""
    reach = reach_of(of)
    if reach.why == "loop":  # which may have been closed at the very same place, and then all is the same
        whole = _compare(of, turn, replace(reach, why=None))
        if whole.parts_at is None:
            return whole
    return _compare(of, turn, reach)


def _compare(of: Turn, turn: Turn, reach: Reach) -> Compared:
    by_ids = _has_ids(of) and _has_ids(turn)
    one: Sequence[object] = of.ids.all.ids if by_ids else _text(of)
    other: Sequence[object] = turn.ids.all.ids if by_ids else _text(turn)
    if reach.why is not None:
        length = reach.ids if by_ids else len(_text(of, reach))
        one, other = one[:length], other[:length]
    alike = common(one, other)
    was_cut = turn.finish_reason in _CUT
    ends = alike == len(other) < len(one) and was_cut
    parts = None if ends or alike == len(one) == len(other) else _place(of, alike, by_ids)
    tokens = max(0, alike - _ids_before(of)) if by_ids else None
    return Compared(parts, tokens, not ends, reach)


def _has_ids(turn: Turn) -> bool:
    """Whether its ids are known to its end."""
    known = turn.ids.all
    return bool(known.ids) and (known.reasoning, known.answer) == tuple(len(turn.text(kind)) for kind in KINDS)


def _ids_before(turn: Turn) -> int:
    """Ids of what it began with."""
    part = (turn.record.get("begins") or {}).get("part")
    return len(turn.ids.keep(part, begins(turn)[part]).ids) if part in KINDS else 0


def _text(turn: Turn, reach: Reach | None = None) -> str:
    """Thought and answer in one, as far as it reaches."""
    reasoning, answer = turn.text("reasoning"), turn.text("answer")
    if reach is not None:
        reasoning, answer = reasoning[: reach.reasoning], answer[: reach.answer]
    return reasoning + (_BORDER + answer if answer else "")


def _place(turn: Turn, alike: int, by_ids: bool) -> PartsAt:
    reasoning = len(turn.text("reasoning"))
    if not by_ids:
        is_thought = alike <= reasoning and bool(reasoning or not turn.text("answer"))
        return (
            PartsAt(None, "reasoning", alike) if is_thought else PartsAt(None, "answer", max(0, alike - reasoning - 1))
        )
    before = turn.ids.first(alike)
    thinks = not before.closed if before.ids else bool(turn.opens_thinking or reasoning)
    return PartsAt(alike, "reasoning", before.reasoning) if thinks else PartsAt(alike, "answer", before.answer)
