"""What is read of the journal: conversations as entries of a list, what was found in them, and one as it is."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..conversation import Conversation
from ..conversation.tokens import with_tokens
from ..conversation.tree import FORMAT
from ..errors import HistoryError
from .alive import lives
from .book import About

_ENTRY = """
SELECT chats.*, (SELECT count(*) FROM turns WHERE chat = chats.id) AS turns,
    EXISTS (SELECT 1 FROM turns WHERE chat = chats.id AND state != 'ended') AS open
FROM chats
"""
AROUND = 60
"""Characters of a text before and behind what was found in it."""
INDEXED = 3
"""Characters that a word needs for the index to know it; what is shorter, two Chinese characters say, is looked for in all texts."""


@dataclass(frozen=True)
class Kept:
    """A conversation in the history."""

    about: About
    title: str
    """The first question, or the beginning of it."""
    created: datetime
    changed: datetime
    """When something was last written of it; with a time zone, as `created`."""
    turns: int
    """All versions of all turns."""
    is_open: bool
    """Whether a turn of it hasn't ended: it is being written, or its kernel ended first."""
    is_pinned: bool

    @property
    def id(self) -> str:
        return self.about.id

    @property
    def name(self) -> str | None:
        return self.about.name

    @property
    def model(self) -> str:
        return str(self.about.model.get("name", ""))


@dataclass(frozen=True)
class Found:
    """A text in which all the words stand."""

    chat: str
    """The conversation's id."""
    turn: str
    """The turn's."""
    kind: str
    """`"question"`, `"reasoning"` or `"answer"`."""
    text: str
    """Around the longest of the words."""
    title: str
    """Of the conversation."""


def entries(journal: sqlite3.Connection, where: str = "", *values: Any, most: int = -1) -> list[Kept]:
    """Conversations, newest first."""
    journal.row_factory = sqlite3.Row
    rows = journal.execute(f"{_ENTRY} {where and f'WHERE {where}'} ORDER BY changed DESC LIMIT ?", (*values, most))
    return [_kept(row) for row in rows]


def entry(journal: sqlite3.Connection, id: str) -> Kept:
    """The one conversation whose id this is, or begins with; `HistoryError` where there is none, or are several."""
    found = entries(journal, "id = ?", id) or entries(journal, "substr(id, 1, ?) = ?", len(id), id) if id else []
    if len(found) != 1:
        which = f"{len(found)} conversations" if found else "no conversation"
        raise HistoryError(f"There is {which} {id!r} in the history.", "`r1widget history list` has all.")
    return found[0]


def search(journal: sqlite3.Connection, words: str, most: int) -> list[Found]:
    """Texts that have all the words, whatever their case, newest first. `"in quotes"` is looked for as it stands."""
    wanted = [quoted or word for quoted, word in re.findall(r'"([^"]+)"|(\S+)', words)]
    if not wanted:
        raise HistoryError("There is nothing to look for.", "Give a word, or several.")
    long = [word for word in wanted if len(word) >= INDEXED] if _is_indexed(journal) else []
    conditions = ["texts MATCH ?"] if long else []
    values: list[Any] = [" ".join('"' + word.replace('"', '""') + '"' for word in long)] if long else []
    for word in wanted:
        if word not in long:
            conditions.append("text LIKE ? ESCAPE '\\'")
            values.append(f"%{_as_it_stands(word)}%")
    rows = journal.execute(
        "SELECT chat, turn, kind, text, title FROM texts JOIN chats ON chats.id = chat "
        f"WHERE {' AND '.join(conditions)} ORDER BY texts.rowid DESC LIMIT ?",
        (*values, most),
    )
    return [Found(chat, turn, kind, _around(text, wanted), title) for chat, turn, kind, text, title in rows]


def load(journal: sqlite3.Connection, path: Path, id: str) -> tuple[Kept, Conversation]:
    """A conversation as it is. A turn that hasn't ended is there as far as it had come, and says why."""
    journal.execute("BEGIN")  # what is read is of one moment
    try:
        kept = entry(journal, id)
        rows = journal.execute(
            "SELECT id, state, writer, data, tokens FROM turns WHERE chat = ? ORDER BY number", (kept.id,)
        ).fetchall()
        active = journal.execute("SELECT active FROM chats WHERE id = ?", (kept.id,)).fetchone()[0]
        turns, tokens = [], {}
        for turn, state, writer, data, of_turn in rows:
            turns.append(json.loads(data))
            tokens[turn] = [of_turn or b""]
            if state != "ended":
                pieces = journal.execute(
                    "SELECT spans, marks, tokens FROM pieces WHERE chat = ? AND turn = ? ORDER BY number",
                    (kept.id, turn),
                ).fetchall()
                turns[-1] |= _unfinished(turns[-1], pieces, "elsewhere" if lives(path, writer) else "kernel")
                tokens[turn] = [piece[2] or b"" for piece in pieces]
    finally:
        journal.execute("COMMIT")
    if active is None and turns:
        active = turns[-1]["id"]
    conversation = Conversation.from_dict({"format": FORMAT, "active": active, "turns": turns})
    for each in conversation.all_turns:
        with_tokens(each, tokens[each.id])
    return kept, conversation


def _unfinished(head: Mapping[str, Any], pieces: Sequence[Sequence[Any]], interrupted: str) -> dict[str, Any]:
    """The rest of a turn whose text came in pieces."""
    return {
        "spans": [span for spans, _, _ in pieces for span in json.loads(spans)],
        "timeline": [mark for _, marks, _ in pieces for mark in json.loads(marks)],
        "record": {**head.get("record", {}), "interrupted": interrupted},
    }


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        About(row["id"], json.loads(row["model"]), row["name"], row["notebook"], row["cell"]),
        row["title"],
        datetime.fromisoformat(row["created"]),
        datetime.fromtimestamp(row["changed"], timezone.utc),
        row["turns"],
        bool(row["open"]),
        bool(row["pinned"]),
    )


def _as_it_stands(word: str) -> str:
    """For LIKE, without its wildcards."""
    return re.sub(r"([%_\\])", r"\\\1", word)


def _is_indexed(journal: sqlite3.Connection) -> bool:
    (made,) = journal.execute("SELECT sql FROM sqlite_master WHERE name = 'texts'").fetchone()
    return "fts5" in made


def _around(text: str, words: Sequence[str]) -> str:
    """A line of the text, around the longest of the words."""
    word = max(words, key=len)
    at = max(0, text.casefold().find(word.casefold()))
    begin, end = max(0, at - AROUND), at + len(word) + AROUND
    piece = " ".join(text[begin:end].split())
    return f"{'…' if begin else ''}{piece}{'…' if end < len(text) else ''}"
