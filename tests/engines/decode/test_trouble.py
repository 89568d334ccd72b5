"""One chat's trouble is no other's: stops, errors, memory that runs out, readers that sleep."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from r1widget.engines.decode import sequence as sequences
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk, KVCache
from r1widget.errors import EngineError, NotEnoughMemory
from tests.engines.scheduling import Chat, Watched, asked, engine, folder, wait_until, watched

__all__ = ["engine", "folder", "watched"]  # fixtures


def test_a_stop_touches_nobody_else(engine: TransformersEngine) -> None:
    alone = Chat(engine, asked("Stay", max_tokens=60, seed=1)).finished().text
    stays, goes = (Chat(engine, asked(text, max_tokens=60, seed=1)) for text in ("Stay", "Go"))
    goes.stop.set()
    assert goes.finished().reason == "cancelled"
    assert stays.finished().text == alone


def test_a_stop_in_the_line(engine: TransformersEngine, watched: Watched) -> None:
    engine.scheduler.most_chats = 1
    gate = threading.Event()
    watched.hold(gate)
    first = Chat(engine, asked("First", max_tokens=20, seed=1))
    wait_until(lambda: bool(watched.passes))
    second = Chat(engine, asked("Second", max_tokens=20, seed=1))
    wait_until(lambda: bool(engine.scheduler.waiting))
    second.stop.set()
    gate.set()
    assert second.finished().reason == "cancelled"
    assert second.text == ""
    assert first.finished().reason == "length"


def test_one_that_cannot_be_read_fails_alone(engine: TransformersEngine, watched: Watched) -> None:
    bad = engine.prompt_ids(asked("Bad").messages)

    def fail(batch: Sequence[Chunk]) -> None:
        if any(chunk.cache.ids[: len(bad)] == bad or list(chunk.ids)[: len(bad)] == bad for chunk in batch):
            raise RuntimeError("a tensor of the wrong kind")

    good = Chat(engine, asked("Good", max_tokens=30, seed=1)).finished().text
    watched.before = fail
    chats = [Chat(engine, asked(text, max_tokens=30, seed=1)) for text in ("Good", "Bad", "Good")]
    assert [chat.finished().text for chat in chats] == [good, "", good]
    assert isinstance(chats[1].error, EngineError)
    assert "a tensor of the wrong kind" in str(chats[1].error)


def test_memory_is_made_before_anybody_fails_for_lack_of_it(engine: TransformersEngine, watched: Watched) -> None:
    """What was kept is given up first; then the pass is tried again."""
    Chat(engine, asked("Something to remember, at some length", max_tokens=20)).finished()
    assert engine.scheduler.prefixes.bytes > 0
    failures = iter([1])

    def full(batch: Sequence[Chunk]) -> None:
        if next(failures, None):
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    watched.before = full
    chat = Chat(engine, asked("And now?", max_tokens=5)).finished()
    assert (chat.error, chat.reason) == (None, "length")


def test_a_sequence_too_large_fails_alone(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def reserve(self: KVCache, count: int) -> None:
        if count > 100:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        before(self, count)

    kind = type(engine.scheduler.network.new_cache())
    before = kind.reserve
    monkeypatch.setattr(kind, "reserve", reserve)
    small, large = Chat(engine, asked("Small", max_tokens=9)), Chat(engine, asked("z" * 150, max_tokens=9))
    assert small.finished().reason == "length"
    assert isinstance(large.finished().error, NotEnoughMemory)


def test_a_bug_of_ours_leaves_nobody_waiting(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next question starts another thread."""
    monkeypatch.setattr(threading, "excepthook", lambda arguments: None)
    with monkeypatch.context() as patched:
        patched.setattr(sequences.Sequence, "next_chunk", lambda sequence, share, others: 1 / 0)
        assert isinstance(Chat(engine, asked("Hello")).finished().error, EngineError)
    assert Chat(engine, asked("Hello", max_tokens=5)).finished().reason == "length"


def test_a_reader_who_sleeps_holds_up_nobody(engine: TransformersEngine) -> None:
    """And nothing is written ahead of him."""
    sleeper = engine.stream(asked("I sleep", max_tokens=50, seed=1), threading.Event())
    for _ in range(3):
        next(sleeper)
    assert Chat(engine, asked("I don't", max_tokens=50, seed=1)).finished().reason == "length"
    (sequence,) = engine.scheduler.running
    assert len(sequence.ids) - sequence.prompt < 20
    list(sleeper)
