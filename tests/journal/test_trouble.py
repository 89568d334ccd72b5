"""The file can't be written, or can't be read: the chat goes on, says so once, and nothing is lost."""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from r1widget import Chat
from r1widget.chat import Listener
from r1widget.errors import HistoryError
from r1widget.journal import history, schema
from r1widget.journal import writer as writing
from r1widget.journal.alive import Life, lives
from r1widget.journal.store import Store
from r1widget.journal.writer import Writer
from r1widget.testing import ScriptedEngine

from .test_kept import chat


class Heard(Listener):
    """What a person is told."""

    def __init__(self, chat: Chat) -> None:
        self.sentences: list[str] = []
        self._news = threading.Condition()
        chat.listen(self)

    def noted(self, sentence: str) -> None:
        with self._news:
            self.sentences.append(sentence)
            self._news.notify_all()

    def waits_for(self, words: str) -> bool:
        with self._news:
            return self._news.wait_for(lambda: any(words in each for each in self.sentences), 30)


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Have what is written fail with a problem, or succeed again; tried again at once, so that nothing waits a second."""
    real = Store.write
    wrong: list[Exception | None] = []

    def write(store: Store, books: object) -> object:
        if wrong and wrong[0] is not None:
            raise wrong[0]
        return real(store, books)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "write", write)
    monkeypatch.setattr(writing, "SOONEST", 0.01)
    monkeypatch.setattr(writing, "LATEST", 0.02)
    return lambda problem: wrong.__setitem__(slice(None), [problem])


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "the disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "can't be written to"),
        (sqlite3.OperationalError("database is locked"), "another program holds history.sqlite"),
        (OSError(28, "No space left on device"), "the disk is full"),
    ],
)
def test_what_passes_is_said_once_and_leaves_nothing_out(
    problem: Exception, said: str, journal: Path, own: Writer, breaks: Callable[[Exception | None], None]
) -> None:
    kept = chat()
    heard = Heard(kept)
    kept.ask("One?")
    assert own.flush()
    breaks(problem)
    assert kept.ask("Two?").answer == "It is **42**."
    assert heard.waits_for(said)
    kept.ask("Three?")
    breaks(None)
    assert heard.waits_for("written again")
    assert len(heard.sentences) == 2 and str(journal.parent) not in heard.sentences[0]
    assert history.load(kept.id or "") == kept.conversation


def test_a_file_that_is_locked_for_a_moment_is_nobodys_concern(
    journal: Path, own: Writer, breaks: Callable[[Exception | None], None]
) -> None:
    kept = chat()
    heard = Heard(kept)
    tries = threading.Semaphore(0)
    busy = sqlite3.OperationalError("database is locked")

    class Once(sqlite3.OperationalError):
        def __str__(self) -> str:
            tries.release()
            breaks(None)
            return str(busy)

    breaks(Once())
    kept.ask("One?")
    assert tries.acquire(timeout=20)
    assert own.flush() and heard.sentences == []
    assert history.load(kept.id or "") == kept.conversation


def test_a_folder_where_nothing_can_be_made_keeps_nobody_from_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("R1WIDGET_HISTORY", str(tmp_path / "file" / "history.sqlite"))
    kept = chat()
    heard = Heard(kept)
    assert kept.ask("One?").answer == "It is **42**."
    assert heard.waits_for("The history can't be written")
    writing.close_all()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_is_put_aside_and_all_goes_into_a_new_one(share: float, journal: Path, own: Writer) -> None:
    old = chat()
    for number in range(20):
        old.ask(f"Question {number}?")
    assert own.flush()
    own.close()
    cut = journal.read_bytes()
    cut = cut[: int(len(cut) * share)]
    for file in journal.parent.glob("history.sqlite-*m*"):  # -wal, -shm
        file.unlink()
    journal.write_bytes(cut)
    kept = chat()
    heard = Heard(kept)
    kept.ask("One?")
    kept.ask("Two?")
    assert own.flush()
    assert history.load(kept.id or "") == kept.conversation
    aside = [*journal.parent.glob("history-damaged-*.sqlite")]
    if share:
        assert [file.read_bytes() for file in aside] == [cut]
        assert heard.waits_for(f"put aside as {aside[0].name}")
    else:
        assert aside == [], "an empty file is a new one"


def test_a_file_that_is_damaged_while_it_is_written_takes_nothing_along(
    journal: Path, own: Writer, breaks: Callable[[Exception | None], None]
) -> None:
    kept, other = chat(), chat()
    heard = Heard(kept)
    kept.ask("One?")
    other.ask("Else?")
    assert own.flush()

    class Once(sqlite3.DatabaseError):
        def __str__(self) -> str:
            breaks(None)
            return "database disk image is malformed"

    breaks(Once())
    kept.ask("Two?")
    assert heard.waits_for("put aside")
    assert own.flush()
    assert history.load(kept.id or "") == kept.conversation
    assert history.load(other.id or "") == other.conversation


def test_a_file_that_is_taken_away_is_written_anew(journal: Path, own: Writer) -> None:
    kept = chat()
    kept.ask("One?")
    assert own.flush()
    for file in journal.parent.glob("history.sqlite*"):
        if file.is_file():
            file.unlink()
    kept.ask("Two?")
    assert own.flush()
    assert history.load(kept.id or "") == kept.conversation


def test_a_file_of_somebody_elses_is_left_alone(journal: Path, own: Writer) -> None:
    journal.parent.mkdir()
    with sqlite3.connect(journal) as theirs:
        theirs.execute("CREATE TABLE theirs (a)")
    theirs.close()
    before = journal.read_bytes()
    kept = chat()
    heard = Heard(kept)
    kept.ask("One?")
    assert heard.waits_for("another program's")
    own.close()
    assert journal.read_bytes() == before and not [*journal.parent.glob("*damaged*")]
    journal.write_text("These are my notes.")
    text = chat()
    heard = Heard(text)
    text.ask("One?")
    assert heard.waits_for("not a database")
    own.close()
    assert journal.read_text() == "These are my notes." and not [*journal.parent.glob("*damaged*")]


def test_a_newer_history_is_neither_written_nor_changed(journal: Path, own: Writer) -> None:
    chat().ask("One?")
    assert own.flush()
    own.close()
    with sqlite3.connect(journal) as newer:
        newer.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    newer.close()
    kept = chat()
    heard = Heard(kept)
    kept.ask("Two?")
    assert heard.waits_for("newer r1widget")
    with pytest.raises(HistoryError, match="newer r1widget"):
        history.list()


@pytest.mark.parametrize("version", range(len(schema.MIGRATIONS)))
def test_an_older_history_is_brought_up_to_date(version: int, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From each version there was: made as it was made then, and read as what is made today."""
    with monkeypatch.context() as then:
        then.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:version])
        schema.open_to_write(journal).close()
    made = schema.open_to_read(journal)
    today = schema.open_to_write(journal.with_name("today.sqlite"))
    tables = "SELECT name, sql FROM sqlite_master ORDER BY name"
    assert made.execute(tables).fetchall() == today.execute(tables).fetchall()
    made.close()
    today.close()


def test_without_an_index_all_texts_are_looked_through(
    journal: Path, own: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "TEXTS", ("CREATE VIRTUAL TABLE texts USING fts99 (text)", schema.TEXTS[1]))
    kept = chat()
    kept.ask("What is 6 × 7?")
    assert {each.kind for each in history.search("times seven")} == {"reasoning"}
    assert history.forget(kept.id or "") and history.search("times") == ()


def test_the_oldest_leave_when_it_is_too_large(journal: Path, own: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    long = ScriptedEngine([*[" words of a thought" * 1000] * 16, "</think>", "Done."])
    ids = []
    for number in range(4):
        old = Chat(long)
        old.ask(f"Question {number}?")
        ids.append(old.id or "")
        assert own.flush()
    del old
    gc.collect()  # chats that somebody still has stay
    history.pin(ids[0])
    monkeypatch.setenv("R1WIDGET_HISTORY_MB", "3")
    kept = chat()
    heard = Heard(kept)
    kept.ask("One?")
    assert heard.waits_for("more than 3 MB")
    left = [each.id for each in history.list()]
    assert ids[0] in left and kept.id in left, "what is pinned stays, and so does what is written"
    others = [id in left for id in ids[1:]]
    assert not others[0] and others == sorted(others), "the oldest first"
    assert "until" in heard.sentences[0] and "pin" in heard.sentences[0]


def test_what_was_taken_out_while_a_kernel_had_it_is_written_again_as_a_whole(journal: Path, own: Writer) -> None:
    kept = chat()
    kept.ask("One?")
    assert own.flush()
    with sqlite3.connect(journal) as other:
        for table, column in (("turns", "chat"), ("chats", "id")):
            other.execute(f"DELETE FROM {table} WHERE {column} = ?", (kept.id,))
    other.close()
    kept.ask("Two?")
    assert own.flush()
    assert history.load(kept.id or "") == kept.conversation


def test_who_has_ended_no_longer_lives(tmp_path: Path) -> None:
    journal = tmp_path / "history.sqlite"
    life = Life(journal)
    assert lives(journal, life.name)
    life.end()
    left = tmp_path / "history.sqlite-writers"
    (left / "0123456789ab").touch()
    (left / "ba9876543210").touch()
    os.utime(left / "0123456789ab", (0, 0))
    other = Life(journal)
    assert {file.name for file in left.iterdir()} == {other.name, "ba9876543210"}, "what is old is gone"
    other.end()
    assert not lives(journal, life.name) and not lives(journal, None) and not lives(journal, "0123456789ab")
