"""What the journal's file is made of, and how one is opened.

    chats      a conversation each: who it was with, which notebook and cell, its active branch
    turns      a turn each, as `Turn.to_dict` has it; of one that is being written all but its text
    pieces     that text, as it came; gone when the turn has ended
    texts      the same texts once more, for searching
    forgotten  ids of what a person has had forgotten, so that no kernel that still has it writes it again

A file that only this user can read. `PRAGMA user_version` says which of `MIGRATIONS` it has been through.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from ..errors import HistoryError, NewerJournal

MIGRATIONS = (
    """
    CREATE TABLE chats (
        id TEXT PRIMARY KEY, name TEXT, notebook TEXT, cell TEXT, model TEXT NOT NULL, title TEXT NOT NULL,
        created TEXT NOT NULL, changed REAL NOT NULL, active TEXT, pinned INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX chats_by_place ON chats (notebook, changed);
    CREATE TABLE turns (
        number INTEGER PRIMARY KEY, chat TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, writer TEXT,
        data TEXT NOT NULL, tokens BLOB, UNIQUE (chat, id)
    );
    CREATE TABLE pieces (
        chat TEXT NOT NULL, turn TEXT NOT NULL, number INTEGER NOT NULL, spans TEXT NOT NULL, marks TEXT NOT NULL,
        tokens BLOB, PRIMARY KEY (chat, turn, number)
    ) WITHOUT ROWID;
    CREATE TABLE forgotten (chat TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
)
"""Each brings a file from its place in this list to the next."""

TEXTS = (
    "CREATE VIRTUAL TABLE texts USING fts5 (chat UNINDEXED, turn UNINDEXED, kind UNINDEXED, text, tokenize='trigram')",
    "CREATE TABLE texts (rowid INTEGER PRIMARY KEY, chat TEXT, turn TEXT, kind TEXT, text TEXT)",
)
"""Three characters at a time, which finds parts of words and Chinese; or, where SQLite has no such index (before 3.34), none."""

APPLICATION = 0x7231776A
"""What SQLite's header says whose file it is."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes."""


def open_to_write(path: Path) -> sqlite3.Connection:
    """The file, made where there is none, and brought up to date. Raises what SQLite and the system raise, and `NewerJournal`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))  # SQLite makes its other files like this one
    journal = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        if _is_new(journal, path):
            journal.execute(f"PRAGMA application_id = {APPLICATION}")
            journal.execute(
                "PRAGMA auto_vacuum = INCREMENTAL"
            )  # before the first table: what is forgotten is given back
        journal.execute("PRAGMA journal_mode = WAL")
        journal.execute("PRAGMA synchronous = NORMAL")  # a commit outlives the process; the file outlives a power cut
        journal.execute("PRAGMA secure_delete = ON")
        _migrate(journal)
    except BaseException:
        journal.close()
        raise
    return journal


def open_to_read(path: Path) -> sqlite3.Connection:
    """The file as it is, which may be of an older r1widget (then it is brought up to date first)."""
    journal = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        if _version(journal) < len(MIGRATIONS):
            journal.close()
            journal = open_to_write(path)
    except BaseException:
        journal.close()
        raise
    return journal


def _is_new(journal: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing is in it yet; `HistoryError` for a file of another program."""
    if journal.execute("PRAGMA application_id").fetchone()[0] == APPLICATION:
        return False
    if journal.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise HistoryError(f"{path.name} is another program's.", "Name another file in R1WIDGET_HISTORY.")
    return True


def _migrate(journal: sqlite3.Connection) -> None:
    if _version(journal) == len(MIGRATIONS):
        return
    journal.execute("BEGIN IMMEDIATE")  # one process does it
    try:
        for number in range(_version(journal), len(MIGRATIONS)):
            for statement in filter(str.strip, MIGRATIONS[number].split(";")):
                journal.execute(statement)
        if not journal.execute("SELECT 1 FROM sqlite_master WHERE name = 'texts'").fetchone():
            _make_texts(journal)
        journal.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        journal.execute("COMMIT")
    except BaseException:
        journal.execute("ROLLBACK")
        raise


def _version(journal: sqlite3.Connection) -> int:
    version = int(journal.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise NewerJournal(
            "The history was written by a newer r1widget, so this one doesn't touch it.",
            "Install that one here, too, or name another file in R1WIDGET_HISTORY.",
        )
    return version


def _make_texts(journal: sqlite3.Connection) -> None:
    indexed, plain = TEXTS
    try:
        journal.execute(indexed)
    except sqlite3.OperationalError:
        journal.execute(plain)
