"""`Life`: whether a process that writes into the journal still lives. It holds a lock on a small file, and the system takes the
lock away with the process, however that ended; a process id would come again, in a container at once."""

from __future__ import annotations

import contextlib
import os
import sys
import time
import uuid
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # Of the process: a child that was forked doesn't hold it, as it would hold flock's.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


OLD = 3600.0
"""Seconds."""

_own: set[str] = set()
"""Names of this process's. Their files are never opened again: to close one would give up the lock."""


class Life:
    """This process's, for one journal."""

    def __init__(self, journal: Path) -> None:
        """`OSError` where no file can be made beside the journal."""
        folder = _folder(journal)
        folder.mkdir(exist_ok=True, mode=0o700)
        _tidy(journal)
        self.name = uuid.uuid4().hex[:12]
        self._file = folder / self.name
        self._descriptor = os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        _lock(self._descriptor)
        _own.add(self.name)

    def end(self) -> None:
        """From now on it counts as dead. Twice is fine."""
        if self.name in _own:
            _own.discard(self.name)
            os.close(self._descriptor)
            with contextlib.suppress(OSError):
                self._file.unlink()


def lives(journal: Path, name: str | None) -> bool:
    """Whether the process lives that has written under this name. What a dead one has left is taken away."""
    if not name or name in _own:
        return bool(name)
    file = _folder(journal) / name
    try:
        descriptor = os.open(file, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    with contextlib.suppress(OSError):
        file.unlink()
    return False


def _tidy(journal: Path) -> None:
    """Take away what dead processes have left. Not what is new: it may be another's that is about to lock it."""
    for file in _folder(journal).iterdir():
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > OLD:
                lives(journal, file.name)


def _folder(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}-writers")
