"""`Store`: the journal's file, open to be written. Rows in; who waits for whom is writer.py's, what is read reading.py's."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .alive import Life, lives
from .book import Entry, Unwritten
from .schema import open_to_write

KINDS = ("question", "reasoning", "answer")
"""Of texts that can be searched. A turn's are the rows of `texts` from eight times its number on."""
ROOM = 8

_CHAT = """
INSERT INTO chats (id, name, notebook, cell, model, title, created, changed, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, notebook = excluded.notebook, cell = excluded.cell,
    changed = excluded.changed, active = coalesce(excluded.active, active)
"""
_TURN = """
INSERT INTO turns (chat, id, state, writer, data, tokens) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (chat, id) DO UPDATE SET
    state = excluded.state, writer = excluded.writer, data = excluded.data, tokens = excluded.tokens
"""
_NUMBER = "SELECT number FROM turns WHERE chat = ? AND id = ?"
"""(RETURNING would need SQLite 3.35, and some systems' Python has an older one.)"""


class Pruned(NamedTuple):
    """What was taken out, since the file was too large."""

    chats: int
    until: float
    """When the newest of them was changed last; seconds since 1970."""


class Written(NamedTuple):
    """Of which conversations nothing was written, by their ids."""

    forgotten: frozenset[str]
    """A person has had them forgotten."""
    missing: frozenset[str]
    """What was written of them before isn't there any more, so all of it is to be written."""


class Store:
    """Of one process. Raises what SQLite and the system raise; what a call was to write is then not written at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal = open_to_write(path)
        try:
            self.life = Life(path)
        except BaseException:
            self._journal.close()
            raise
        self._file = _identity(path)

    @property
    def is_in_place(self) -> bool:
        """Whether what is written goes into the file of that name, which a person may have taken away."""
        return _identity(self.path) == self._file

    def write(self, books: Sequence[Unwritten]) -> Written:
        """All of what can be written, or nothing."""
        forgotten, missing = set(), set()
        with transaction(self._journal):
            for what in books:
                if self._has("forgotten WHERE chat = ?", what.about.id):
                    forgotten.add(what.about.id)
                elif not what.is_all and not self._has("chats WHERE id = ?", what.about.id):
                    missing.add(what.about.id)
                else:
                    self._write(what)
        return Written(frozenset(forgotten), frozenset(missing))

    def _has(self, where: str, id: str) -> bool:
        return self._journal.execute(f"SELECT 1 FROM {where}", (id,)).fetchone() is not None

    def _write(self, what: Unwritten) -> None:
        about = what.about
        self._journal.execute(
            _CHAT,
            (
                *(about.id, about.name, about.notebook, about.cell, json.dumps(dict(about.model))),
                *(what.title, what.created, time.time(), what.active),
            ),
        )
        for entry in what.entries:
            self._write_turn(about.id, entry)

    def _write_turn(self, chat: str, entry: Entry) -> None:
        run = self._journal.execute
        row = (chat, entry.id, entry.state, self.life.name, entry.data, entry.tokens)
        run(_TURN, row)
        (number,) = run(_NUMBER, (chat, entry.id)).fetchone()
        if (piece := entry.piece) is not None:
            run(
                "INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?, ?, ?)",
                (chat, entry.id, piece.number, piece.spans, piece.marks, piece.tokens),
            )
        if entry.texts is not None:
            run("DELETE FROM pieces WHERE chat = ? AND turn = ?", (chat, entry.id))
            for kind, text in entry.texts.items():
                at = number * ROOM + KINDS.index(kind)
                run("DELETE FROM texts WHERE rowid = ?", (at,))
                if text:
                    found = (at, chat, entry.id, kind, text)
                    run("INSERT INTO texts (rowid, chat, turn, kind, text) VALUES (?, ?, ?, ?, ?)", found)

    def size(self) -> int:
        """Of what is in the file, in bytes."""
        (pages,), (free,), (page,) = (
            self._journal.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * page)

    def prune(self, limit: int, keep: Collection[str]) -> Pruned | None:
        """Where there is more than `limit` bytes, take the oldest conversations out until there is a tenth less; never those
        that are pinned, or to be kept, or written by a process that lives."""
        if self.size() <= limit:
            return None
        count, until = 0, 0.0
        oldest = self._journal.execute("SELECT id, changed FROM chats WHERE NOT pinned ORDER BY changed").fetchall()
        for id, changed in oldest:
            if id in keep or self._is_written(id):
                continue
            forget(self._journal, id)
            count, until = count + 1, changed
            if self.size() <= limit * 0.9:
                break
        self._journal.execute("PRAGMA incremental_vacuum").fetchall()
        return Pruned(count, until) if count else None

    def close(self) -> None:
        self.life.end()
        self._journal.close()

    def _is_written(self, chat: str) -> bool:
        writers = self._journal.execute(
            "SELECT DISTINCT writer FROM turns WHERE chat = ? AND state != 'ended'", (chat,)
        ).fetchall()
        return any(lives(self.path, writer) for (writer,) in writers)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def transaction(journal: sqlite3.Connection) -> Iterator[None]:
    journal.execute("BEGIN IMMEDIATE")
    try:
        yield
        journal.execute("COMMIT")
    except BaseException:
        if journal.in_transaction:
            journal.execute("ROLLBACK")
        raise


def forget(journal: sqlite3.Connection, chat: str, *, by_a_person: bool = False) -> None:
    """Take one conversation out of the file, with all that was written of it."""
    with transaction(journal):
        journal.execute(
            f"DELETE FROM texts WHERE rowid IN (SELECT number * {ROOM} + kind FROM turns, "
            "(SELECT 0 AS kind UNION SELECT 1 UNION SELECT 2) WHERE chat = ?)",
            (chat,),
        )
        for table, column in (("pieces", "chat"), ("turns", "chat"), ("chats", "id")):
            journal.execute(f"DELETE FROM {table} WHERE {column} = ?", (chat,))
        if by_a_person:
            journal.execute("INSERT OR IGNORE INTO forgotten VALUES (?)", (chat,))
