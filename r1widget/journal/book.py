"""`Book`: one conversation as the journal is to have it, and how far it is written. Values in, values out: no file here."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..conversation.tokens import NOTHING, Count, tokens_of, tokens_since
from ..conversation.turn import Span, Turn, clean


@dataclass(frozen=True)
class About:
    """What a conversation is called, with whom it is, and where it was begun."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    model: Mapping[str, Any] = field(default_factory=dict)
    """`name`, as a person calls it; and what it was asked for by: `asked`, `base_url`, `quantization`."""
    name: str | None = None
    """A person's, in that notebook."""
    notebook: str | None = None
    """Its path."""
    cell: str | None = None
    """What Jupyter calls the cell."""


@dataclass(frozen=True)
class Piece:
    """What a turn that is being written has grown by."""

    number: int
    spans: str
    marks: str
    tokens: bytes


@dataclass(frozen=True)
class Entry:
    """A turn as it is to stand in the journal."""

    id: str
    state: str
    data: str
    tokens: bytes = b""
    texts: Mapping[str, str] | None = None
    """Of one that has ended: by kind, and its question."""
    piece: Piece | None = None


@dataclass(frozen=True)
class Unwritten:
    """What isn't in the journal yet, of one conversation. `Book.wrote` takes it back when it is."""

    about: About
    title: str
    created: str
    active: str | None
    entries: tuple[Entry, ...]
    positions: Mapping[str, _Position]
    is_all: bool
    """Whether there is nothing else of it that should be there already."""


@dataclass(frozen=True)
class _Position:
    """How far a turn's text is written."""

    pieces: int = 0
    spans: int = 0
    length: int = 0
    """Characters of the last of them."""
    mark: int = -1
    """Characters at which the last mark stands."""
    tokens: Count = NOTHING


class Book:
    """Who makes or writes turns marks them; the journal's thread asks what is `unwritten`. Any thread may call."""

    def __init__(self, about: About, leaf: Callable[[], Turn | None], hear: Callable[[str], None]) -> None:
        """`leaf` tells the last turn of the active branch; `hear` is told what a person should know."""
        self.about, self.hear = about, hear
        self.is_forgotten = False
        """A person has had it forgotten: nothing of it is written any more."""
        self._leaf = leaf
        self._turns: dict[str, Turn] = {}
        self._marked: set[str] = set()
        self._positions: dict[str, _Position] = {}
        self._lock = threading.Lock()

    def know(self, turns: Iterable[Turn]) -> None:
        """These are in the journal already."""
        with self._lock:
            self._turns.update((turn.id, turn) for turn in turns)

    def mark(self, turn: Turn) -> bool:
        """The turn has changed; whether that is news."""
        if turn.id in self._marked:
            return False
        with self._lock:
            self._turns[turn.id] = turn
            self._marked.add(turn.id)
        return True

    def mark_all(self) -> None:
        """Nothing is written: there is a new file."""
        with self._lock:
            self._marked.update(self._turns)
            self._positions.clear()

    def rest(self, leaf: Turn | None) -> None:
        """The conversation goes on no more, and its active branch is this one."""
        self._leaf = lambda: leaf

    @property
    def turns(self) -> tuple[Turn, ...]:
        with self._lock:
            return tuple(self._turns.values())

    @property
    def is_empty(self) -> bool:
        return not self._turns

    def unwritten(self) -> Unwritten:
        """What there is to write. Until `wrote` is told, it is asked for again."""
        with self._lock:
            marked = [turn for id, turn in self._turns.items() if id in self._marked]
            self._marked.clear()  # before they are read: who changes one from now on marks it again
            first = next(iter(self._turns.values()), None)
            leaf = self._leaf()
            active = leaf.id if leaf is not None and leaf.id in self._turns else None
            is_all = len(marked) == len(self._turns) and not any(turn.id in self._positions for turn in marked)
        read = [_read(turn, self._positions.get(turn.id, _Position())) for turn in marked]
        title = " ".join((first.question if first else "").split())
        return Unwritten(
            self.about,
            title if len(title) <= 200 else f"{title[:199]}…",
            first.created if first else "",
            active,
            tuple(entry for entry, _ in read),
            {entry.id: position for entry, position in read},
            is_all,
        )

    def wrote(self, what: Unwritten) -> None:
        with self._lock:
            self._positions.update(what.positions)

    def failed(self, what: Unwritten) -> None:
        """It couldn't be written, and is unwritten still."""
        with self._lock:
            self._marked.update(entry.id for entry in what.entries)


def _read(turn: Turn, had: _Position) -> tuple[Entry, _Position]:
    if turn.state == "ended":
        texts = {"question": turn.question, "reasoning": turn.text("reasoning"), "answer": turn.text("answer")}
        return Entry(turn.id, "ended", _json(turn.to_dict()), tokens_of(turn), texts), had
    state, head = turn.state, turn.to_dict(written=False)
    tokens, count = tokens_since(turn, had.tokens)  # first: there may be text without ids, but not the other way round
    marks = [mark for mark in turn.timeline.to_list() if mark[0] > had.mark]
    spans = turn.spans
    new = _behind(spans, had)
    if not (new or marks or tokens):
        return Entry(turn.id, state, _json(head)), had
    piece = Piece(had.pieces, _json([span.to_dict() for span in new]), _json(marks), tokens)
    position = _Position(
        pieces=had.pieces + 1,
        spans=len(spans),
        length=len(spans[-1].text) if spans else 0,
        mark=int(marks[-1][0]) if marks else had.mark,
        tokens=count,
    )
    return Entry(turn.id, state, _json(head), piece=piece), position


def _behind(spans: tuple[Span, ...], had: _Position) -> list[Span]:
    new = list(spans[had.spans :])
    if had.spans and (rest := spans[had.spans - 1].text[had.length :]):
        new.insert(0, Span(spans[had.spans - 1].kind, rest, spans[had.spans - 1].origin))
    return new


def _json(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))
