"""`tokens_of`, `with_tokens`: what is known of a turn's tokens (ids and scores) as bytes, beside `Turn.to_dict()`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import NamedTuple

from .packed import joined, pack, unpack
from .scores import Scores
from .token_ids import ReplyIds
from .turn import Turn


class Count(NamedTuple):
    """How much of it somebody has."""

    pieces: int = 0
    """Of `turn.ids`."""
    scores: int = 0


NOTHING = Count()


def tokens_since(turn: Turn, since: Count) -> tuple[bytes, Count]:
    """What has come since then, empty bytes where nothing has; and how much there is then. A turn may be written meanwhile."""
    ids, scores = turn.ids.columns(since.pieces), turn.scores.columns(since.scores)
    now = Count(since.pieces + len(ids["ends"]), since.scores + len(scores["ids"]))
    columns = {f"reply.{name}": column for name, column in ids.items()}
    columns |= {f"score.{name}": column for name, column in scores.items()}
    return pack(columns) if now != since else b"", now


def tokens_of(turn: Turn) -> bytes:
    """All of it; empty bytes where nothing is known."""
    return tokens_since(turn, NOTHING)[0]


def with_tokens(turn: Turn, parts: Sequence[bytes]) -> Turn:
    """The turn, with what was stored of its tokens, piece by piece. Of what is damaged there is nothing: the text is whole
    without, and is encoded anew where ids are needed."""
    try:
        columns = joined(*(unpack(part) for part in parts if part))
        of = {
            room: {name.partition(".")[2]: column for name, column in columns.items() if name.startswith(room)}
            for room in ("reply.", "score.")
        }
        turn.ids = ReplyIds.of(of["reply."], len(turn.text("reasoning")), len(turn.text("answer")))
        turn.scores = Scores.of(of["score."])
    except ValueError:
        turn.ids, turn.scores = ReplyIds(), Scores()
    return turn


def as_text(tokens: bytes) -> str:
    """For JSON."""
    return base64.b64encode(tokens).decode()


def from_text(text: object) -> bytes:
    """Of JSON; empty where it is none."""
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return b""
