"""The history of conversations on this machine, for Python: `from r1widget import history`.

history.list()                    newest first
history.search("prime numbers")   in questions, thoughts and answers
history.load("3f2a")              the conversation; `Chat.load` goes on with it
history.forget("3f2a")            nothing of it stays
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from .. import export as files
from ..conversation import Conversation
from ..errors import HistoryError
from . import reading, store
from .place import required
from .reading import Found, Kept
from .schema import open_to_read, open_to_write
from .writer import writer

__all__ = ["Found", "Kept", "export", "forget", "forget_all", "list", "load", "pin", "search", "unpin"]

MOST = 50
"""Conversations or texts that are given, where nobody says how many."""


def list(most: int | None = MOST) -> tuple[Kept, ...]:
    """Conversations, those last that were changed first; all of them with `most=None`."""
    with _reading() as journal:
        return () if journal is None else (*reading.entries(journal, most=-1 if most is None else most),)


def search(words: str, most: int = MOST) -> tuple[Found, ...]:
    """Texts that have all the words, whatever their case, newest first; `"in quotes"` is looked for as it stands."""
    with _reading() as journal:
        return () if journal is None else (*reading.search(journal, words, most),)


def entry(id: str) -> Kept:
    """What the list says of one conversation. The beginning of its id is enough, where no other has it."""
    with _reading() as journal:
        return reading.entry(_there(journal, id), id)


def load(id: str) -> Conversation:
    """A conversation as it is, every version of every turn."""
    return restore(id)[1]


def restore(id: str) -> tuple[Kept, Conversation]:
    """The same, with what the list says of it."""
    with _reading() as journal:
        return reading.load(_there(journal, id), required(), id)


def newest(notebook: str, *, name: str | None = None, cell: str | None = None, but: str = "") -> Kept | None:
    """The conversation of that name, or of that cell, that was changed last in a notebook; `but` is the id of none."""
    if not (name or cell):
        return None
    with _reading() as journal:
        column, value = ("name", name) if name else ("cell", cell)
        where = f"notebook = ? AND {column} = ? AND id != ? AND EXISTS (SELECT 1 FROM turns WHERE chat = chats.id)"
        found = reading.entries(journal, where, notebook, value, but, most=1) if journal else []
        return found[0] if found else None


def export(id: str, path: str | os.PathLike[str], reasoning: files.Reasoning = "folded") -> Path:
    """Write a conversation to a file: `.md`, `.html`, `.json` or `.ipynb`."""
    return files.write(load(id), path, reasoning=reasoning)


def forget(id: str) -> Kept:
    """Take a conversation out, for good. A kernel that still has it keeps nothing of it from now on."""
    with _writing() as journal:
        kept = reading.entry(journal, id)
        store.forget(journal, kept.id, by_a_person=True)
        _wipe(journal)
        return kept


def drop(id: str) -> None:
    """The same with a whole id, whether or not anything of it has been written yet: nothing will be."""
    with _writing() as journal:
        store.forget(journal, id, by_a_person=True)
        _wipe(journal)


def forget_all() -> int:
    """Take all of them out, those that are pinned as well; how many there were."""
    with _writing() as journal:
        ids = [id for (id,) in journal.execute("SELECT id FROM chats").fetchall()]
        for id in ids:
            store.forget(journal, id, by_a_person=True)
        _wipe(journal)
        return len(ids)


def pin(id: str, *, pinned: bool = True) -> Kept:
    """Keep a conversation when the file becomes too large."""
    with _writing() as journal:
        kept = reading.entry(journal, id)
        with store.transaction(journal):
            journal.execute("UPDATE chats SET pinned = ? WHERE id = ?", (pinned, kept.id))
        return reading.entry(journal, kept.id)


def unpin(id: str) -> Kept:
    """Let it go with the oldest."""
    return pin(id, pinned=False)


def _wipe(journal: sqlite3.Connection) -> None:
    """Leave no trace in the file of what was taken out: neither in the index nor in what isn't in its place yet."""
    if "fts5" in journal.execute("SELECT sql FROM sqlite_master WHERE name = 'texts'").fetchone()[0]:
        journal.execute("INSERT INTO texts (texts) VALUES ('optimize')")
    journal.execute("PRAGMA incremental_vacuum").fetchall()
    journal.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextlib.contextmanager
def _reading() -> Iterator[sqlite3.Connection | None]:
    """The journal, with what this process has to write in it; None where there is none yet."""
    path = required()
    _flush()
    if not path.exists():
        yield None
        return
    with _in_a_sentence(path), contextlib.closing(open_to_read(path)) as journal:
        yield journal


@contextlib.contextmanager
def _writing() -> Iterator[sqlite3.Connection]:
    path = required()
    _flush()
    with _in_a_sentence(path), contextlib.closing(open_to_write(path)) as journal:
        yield journal


def _flush() -> None:
    if (own := writer()) is not None:
        own.flush()


def _there(journal: sqlite3.Connection | None, id: str) -> sqlite3.Connection:
    if journal is None:
        raise HistoryError(f"There is no conversation {id!r}: nothing has been kept yet.", "")
    return journal


@contextlib.contextmanager
def _in_a_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as problem:
        raise HistoryError(f"The history can't be read: {problem}.", f"Its file is {path}.") from problem
