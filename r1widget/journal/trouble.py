"""What can be wrong with the journal's file: what kind of trouble it is, and what a person reads."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from ..errors import R1WidgetError
from .place import VARIABLE

AGAIN = "The history is written again, and nothing is missing in it."
_HEAD = b"SQLite format 3\0"
_BESIDE = ("", "-wal", "-shm")
"""Of a database, the files that belong together."""


def is_busy(problem: Exception) -> bool:
    """Whether somebody else writes just now."""
    return isinstance(problem, sqlite3.OperationalError) and ("locked" in str(problem) or "busy" in str(problem))


def is_damaged(path: Path, problem: Exception) -> bool:
    """Whether this was a journal, and can't be read as one any more. A file of another kind isn't damaged: it isn't ours."""
    if not isinstance(problem, sqlite3.DatabaseError):
        return False
    said = str(problem)
    if not any(
        words in said for words in ("malformed", "not a database", "no such table", "no such column", "corrupt")
    ):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEAD))
    except OSError:
        return False
    return _HEAD.startswith(head)


def put_aside(path: Path) -> str:
    """Give the file another name, where it is there, with those that belong to it; the sentence that says so."""
    if not path.exists():
        return ""
    now = datetime.now()
    aside = path.with_name(f"{path.stem}-damaged-{now:%Y%m%d-%H%M%S}-{now.microsecond:06}{path.suffix}")
    for end in _BESIDE:
        part = path.with_name(path.name + end)
        if part.exists():
            os.replace(part, aside.with_name(aside.name + end))
    return (
        f"The history was damaged, so it was put aside as {aside.name}, in the same folder, and a new one was begun. "
        "What this kernel has is in the new one."
    )


def sentence(path: Path, problem: Exception) -> str:
    """What is wrong, and what becomes of the chat."""
    if isinstance(problem, R1WidgetError):
        return f"{problem} This chat isn't kept meanwhile."
    return f"The history can't be written: {_why(path, problem)}. The chat goes on, and it is tried again; {VARIABLE} names another place, or says off."


def taken_out(chats: int, until: float, limit: int) -> str:
    what = "its oldest conversation" if chats == 1 else f"its {chats} oldest conversations"
    return (
        f"The history had more than {limit / 1e6:,.0f} MB, so {what} (until {datetime.fromtimestamp(until):%d %B %Y}) "
        "left it. `r1widget history pin ID` keeps one."
    )


def _why(path: Path, problem: Exception) -> str:
    said = str(problem)
    if is_busy(problem):
        return f"another program holds {path.name}"
    if "full" in said or getattr(problem, "errno", None) == 28:
        return "the disk is full"
    if "readonly" in said or "read-only" in said.lower() or isinstance(problem, PermissionError):
        return "its file or folder can't be written to"
    if "unable to open" in said:
        return "its file can't be opened"
    return str(getattr(problem, "strerror", None) or said)
