"""What was read once is not read again: by the next turn, by another chat, by a fork."""

from __future__ import annotations

import threading

import pytest

from r1widget.conversation.beginning import common
from r1widget.engines import Request
from r1widget.engines.local import TransformersEngine
from r1widget.settings import Settings
from tests.engines.scheduling import Chat, Watched, asked, engine, folder, wait_until, watched

__all__ = ["engine", "folder", "watched"]  # fixtures


def test_a_second_turn_reads_only_what_is_new(engine: TransformersEngine, watched: Watched) -> None:
    first = asked("What is 17 × 24? " * 4, max_tokens=20, temperature=0)
    answer = Chat(engine, first).finished().text.partition("</think>")[2] or "It is 408."
    history = [*first.messages, {"role": "assistant", "content": answer}, {"role": "user", "content": "And 18?"}]
    second = Request(messages=history, settings=Settings(max_tokens=20, temperature=0))
    watched.passes.clear()
    continued = Chat(engine, second).finished().text
    shared = common(engine.prompt_ids(first.messages), engine.prompt_ids(history))
    assert watched.passes[0] == [len(engine.prompt_ids(history)) - shared]
    engine.scheduler.prefixes.free()
    assert Chat(engine, second).finished().text == continued


def test_regenerating_reads_one_id(engine: TransformersEngine, watched: Watched) -> None:
    request = asked("What is 17 × 24?", max_tokens=20, seed=1)
    Chat(engine, request).finished()
    watched.passes.clear()
    Chat(engine, request).finished()
    assert watched.passes[0] == [1]


def test_who_runs_serves_who_comes(engine: TransformersEngine, watched: Watched) -> None:
    system = {"role": "system", "content": "You are a patient teacher, and explain each step. " * 2}
    requests = [
        Request(messages=[system, {"role": "user", "content": text}], settings=Settings(max_tokens=40, seed=1))
        for text in ("One?", "Two?")
    ]
    gate = threading.Event()
    first = Chat(engine, requests[0])
    first.at[3] = lambda: pause(gate)
    wait_until(lambda: sum(bool(delta.text) for delta in first.deltas) >= 3)
    watched.passes.clear()
    second = Chat(engine, requests[1]).finished()
    gate.set()
    first.finished()
    assert watched.passes[0][-1] < 10
    assert second.error is None


def pause(gate: threading.Event) -> None:
    assert gate.wait(60)


def test_a_fork_reads_its_beginning_once(engine: TransformersEngine, watched: Watched) -> None:
    """Four that start together; and if the first is stopped, or its reader has gone, the next one reads on."""
    request = asked("What is 17 × 24? " * 20, max_tokens=12, temperature=0)
    prompt = engine.prompt_ids(request.messages)
    assert len(prompt) > 150
    alone = Chat(engine, request).finished().text
    for event in ("nothing", "stop"):
        engine.scheduler.prefixes.free()
        watched.passes.clear()
        gate = threading.Event()
        watched.hold(gate)
        chats = [Chat(engine, request) for _ in range(4)]
        wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == 4)
        if event == "stop":
            chats[0].stop.set()
        gate.set()
        texts = [chat.finished().text for chat in chats]
        assert texts[1:] == [alone] * 3
        written = 4 * 12
        assert sum(map(sum, watched.passes)) <= len(prompt) + engine.scheduler.network.chunk_size // 8 * 4 + written


def test_nobody_waits_for_a_reader_that_sleeps(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.scheduler.network.transformer, "chunk_size", 32)  # type: ignore[attr-defined]
    request = asked("What is 17 × 24? " * 20, max_tokens=4)
    asleep = engine.stream(request, threading.Event())
    next(asleep)
    assert next(asleep).reading is not None
    assert Chat(engine, request).finished().reason == "length"
    assert sum(delta.tokens for delta in asleep) == 4
