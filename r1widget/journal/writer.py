"""`Writer`: the one thread of a process that writes into the journal. It looks at what is marked every `EVERY` seconds, and at an
ended turn at once.

Whatever goes wrong, the chats go on, a person is told once, and what isn't written yet is tried again: a disk that was full, a
folder that was read-only, a file that somebody else had locked. A file that is damaged is put aside under another name, and
everything that this process has goes into a new one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterable
from pathlib import Path

from .book import Book
from .place import limit, place
from .store import Store
from .trouble import AGAIN, is_busy, is_damaged, put_aside, sentence, taken_out

logger = logging.getLogger("r1widget")

EVERY = 0.4
"""Seconds between two looks: what a process that is killed may lose."""
SOONEST, LATEST = 1.0, 60.0
"""Seconds until it is tried again what failed; twice as long each time."""
BUSY = 3
"""Times in a row that a locked file is nobody's concern: each waits for two seconds."""
PATIENCE = 5.0
"""Seconds that the program's end waits for it."""

_writers: dict[Path, Writer] = {}
_lock = threading.Lock()


def writer() -> Writer | None:
    """The one for the place that the environment names now; None where nothing is to be kept."""
    if (path := place()) is None:
        return None
    with _lock:
        if (found := _writers.get(path)) is None or found.process != os.getpid():
            found = _writers[path] = Writer(path)
        return found


def close_all() -> None:
    """Write what there is, at the end of the program."""
    for each in [*_writers.values()]:
        each.close()


class Writer:
    """Of one file. The thread begins with the first mark, and ends with `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.process = os.getpid()
        self.trouble = ""
        """What is wrong, in a sentence; empty while all is well."""
        self._books: weakref.WeakSet[Book] = weakref.WeakSet()
        self._changed: dict[Book, None] = {}  # in order; held until written, whoever else lets them go
        self._told: weakref.WeakSet[Book] = weakref.WeakSet()  # of the trouble
        self._store: Store | None = None
        self._thread: threading.Thread | None = None
        self._failures = 0
        self._is_writing = self._is_closing = False
        self._lock = threading.Lock()
        self._settled = threading.Condition(self._lock)
        self._news, self._soon = threading.Event(), threading.Event()

    def mark(self, book: Book, *, soon: bool = False) -> None:
        """Something of the book has changed."""
        if self.process != os.getpid():
            return  # a child that was forked has no such thread, and its parent writes
        with self._lock:
            self._books.add(book)
            self._changed[book] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="r1widget-journal", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:  # the system gives no more threads, or the program ends
                    self._thread = None
        if soon:
            self._soon.set()
        self._news.set()

    def flush(self, timeout: float = PATIENCE) -> bool:
        """Wait until all that is marked is written, or can't be, or `timeout` seconds have passed; whether it is."""
        self._soon.set()
        self._news.set()
        with self._settled:
            self._settled.wait_for(lambda: self._is_settled or bool(self.trouble), timeout)
            return self._is_settled

    def close(self) -> None:
        """Write the rest, and let the file go. What is marked later begins anew."""
        with self._lock:
            thread, self._is_closing = self._thread, True
        self._soon.set()
        self._news.set()
        if thread is not None and self.process == os.getpid():
            thread.join(PATIENCE)

    @property
    def _is_settled(self) -> bool:
        return not self._changed and not self._is_writing

    # ---- the thread

    def _work(self) -> None:
        while True:
            self._news.wait(self._pause if self._failures else None)
            self._soon.wait(self._pause)
            self._news.clear()
            self._soon.clear()
            self._write()
            with self._settled:
                self._settled.notify_all()
                if self._is_closing and (not self._changed or self._failures):
                    self._thread, self._is_closing = None, False
                    break
        self._let_go()

    @property
    def _pause(self) -> float:
        return min(SOONEST * 2.0 ** (self._failures - 1), LATEST) if self._failures else EVERY

    def _write(self) -> None:
        with self._lock:
            books, self._is_writing = [book for book in self._changed if not book.is_forgotten], True
            self._changed.clear()
        pending = []
        try:
            if self._store is not None and not self._store.is_in_place:
                raise sqlite3.DatabaseError("the file is gone")
            for book in books:
                pending.append((book, book.unwritten()))
            self._store = self._store or Store(self.path)
            written = self._store.write([what for _, what in pending])
        except Exception as problem:
            for book, what in pending:
                book.failed(what)
            self._fail(problem, books)
        else:
            for book, what in pending:
                if book.about.id in written.missing:
                    self._write_anew(book)
                elif book.about.id in written.forgotten:
                    book.is_forgotten = True
                else:
                    book.wrote(what)
            self._succeed()
        finally:
            self._is_writing = False

    def _write_anew(self, *books: Book) -> None:
        for book in books:
            book.mark_all()
        with self._lock:
            self._changed.update(dict.fromkeys(books))
        self._soon.set()
        self._news.set()

    def _succeed(self) -> None:
        self._failures = 0
        if self.trouble:
            self.trouble = ""
            self._tell(AGAIN, [*self._told])
            self._told.clear()
        assert self._store is not None
        with contextlib.suppress(sqlite3.Error):  # then it is too large for longer
            if (pruned := self._store.prune(limit(), {book.about.id for book in self._books})) is not None:
                self._tell(taken_out(pruned.chats, pruned.until, limit()), self._kept)

    def _fail(self, problem: Exception, books: Iterable[Book]) -> None:
        logger.debug("the journal can't be written", exc_info=problem)
        with self._lock:
            self._changed.update(dict.fromkeys(books))
        self._failures += 1
        if is_busy(problem):
            if self._failures < BUSY:
                return
        else:
            self._let_go()
            if (self._failures == 1 and not self.path.exists()) or is_damaged(self.path, problem):
                self._begin_anew()
                return
        self._has_trouble(problem, books)

    def _has_trouble(self, problem: Exception, books: Iterable[Book]) -> None:
        """Whoever has something to write hears of it once, as long as it lasts."""
        self.trouble = sentence(self.path, problem)
        new = [book for book in books if book not in self._told]
        self._told.update(new)
        self._tell(self.trouble, new)

    def _begin_anew(self) -> None:
        """There is no such file any more, or none that can be read: everything is written into a new one."""
        try:
            aside = put_aside(self.path)
        except OSError as problem:
            self._has_trouble(problem, self._kept)
            return
        self._write_anew(*self._kept)
        if aside:
            self._tell(aside, self._kept)

    def _tell(self, said: str, books: Iterable[Book]) -> None:
        for book in books:
            try:
                book.hear(said)
            except Exception:
                logger.exception("who listens to r1widget failed")

    @property
    def _kept(self) -> list[Book]:
        with self._lock:
            return [book for book in self._books if not book.is_forgotten]

    def _let_go(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with contextlib.suppress(sqlite3.Error, OSError):
                store.close()
