"""One thread, many chats: they share its passes, and wait in line for them."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from r1widget.engines.decode.scheduler import Scheduler
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from tests.engines.scheduling import Chat, Watched, asked, engine, folder, wait_until, watched

__all__ = ["engine", "folder", "watched"]  # fixtures


def test_ten_chats_share_the_passes(engine: TransformersEngine, watched: Watched) -> None:
    """And each says what it says alone."""
    requests = [asked(f"Question {number}: {'x' * number}", max_tokens=40, seed=number) for number in range(10)]
    alone = [Chat(engine, request).finished().text for request in requests]
    engine.scheduler.prefixes.free()
    watched.passes.clear()
    gate = threading.Event()
    watched.hold(gate)  # the first pass begins when all have asked
    chats = [Chat(engine, request) for request in requests]
    wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == 10)
    gate.set()
    assert [chat.finished().text for chat in chats] == alone
    assert max(map(len, watched.passes)) == 10
    assert len(watched.passes) < 3 * 40, "400 tokens were written in passes of their own"


def test_a_new_question_starts_within_a_step(engine: TransformersEngine, watched: Watched) -> None:
    """It comes in the middle of the sixth pass, and is in the seventh."""
    late: list[Chat] = []

    def ask(batch: Sequence[Chunk]) -> None:
        if len(watched.passes) == 6:
            late.append(Chat(engine, asked("Now me", max_tokens=5)))
            wait_until(lambda: bool(engine.scheduler.waiting))

    watched.before = ask
    Chat(engine, asked("First", max_tokens=60, seed=1)).finished()
    late[0].finished()
    assert [len(sizes) for sizes in watched.passes[:7]] == [1] * 6 + [2]


def test_a_long_prompt_is_read_in_chunks_beside_those_who_write(
    engine: TransformersEngine, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.scheduler.network.transformer, "chunk_size", 64)  # type: ignore[attr-defined]
    gate = threading.Event()
    watched.hold(gate)
    writer = Chat(engine, asked("I write", max_tokens=60, seed=1))
    reader = Chat(engine, asked("y" * 400, max_tokens=3))
    wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == 2)
    gate.set()
    for chat in (writer, reader):
        chat.finished()
    both = [sizes for sizes in watched.passes if len(sizes) == 2]
    assert len(both) > 400 / 64, "one of them had to wait"
    assert all(max(sizes) <= 64 for sizes in watched.passes)
    progress = [delta.reading for delta in reader.deltas if delta.reading]
    assert progress == sorted(progress)
    assert len(progress) > 3


def test_who_comes_too_late_waits_in_line_and_is_told(engine: TransformersEngine, watched: Watched) -> None:
    engine.scheduler.most_chats = 2
    gate = threading.Event()
    watched.hold(gate)
    chats = []
    for number in range(5):
        chats.append(Chat(engine, asked(f"Number {number}", max_tokens=10, seed=number)))
        wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == len(chats))
    gate.set()
    for chat in chats:
        chat.finished()
    places = [[delta.waiting for delta in chat.deltas if delta.waiting is not None] for chat in chats]
    assert places[:2] == [[], []]
    assert [line[0] for line in places[2:]] == [1, 2, 3]
    assert all(line[-1] == 0 and line == sorted(line, reverse=True) for line in places[2:])
    assert all(chat.reason == "length" for chat in chats)


def test_the_thread_ends_with_the_work(engine: TransformersEngine) -> None:
    Chat(engine, asked("Hello", max_tokens=3)).finished()
    wait_until(lambda: engine.scheduler.is_idle)


def test_a_scheduler_needs_no_thread(engine: TransformersEngine) -> None:
    assert Scheduler(engine.scheduler.network, Prefixes(0)).step() is False
