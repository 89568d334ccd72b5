"""A stream that is stopped, or dropped."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from r1widget.engines import Delta
from r1widget.engines.local import TransformersEngine
from tests.engines.scripted import asked, engine, folder, one_core, script

__all__ = ["engine", "folder", "one_core", "script"]  # fixtures


def test_it_stops_within_one_token(engine: TransformersEngine, script: Any) -> None:
    model = script("a" * 200)
    stop = threading.Event()
    deltas: list[Delta] = []
    for delta in engine.stream(asked(), stop):
        deltas.append(delta)
        if sum(delta.tokens for delta in deltas) == 7 and not stop.is_set():
            calls = len(model.seen)
            stop.set()
    assert len(model.seen) <= calls + 1
    assert sum(delta.tokens for delta in deltas) <= 8
    assert deltas[-1].finish_reason == "cancelled"


def test_it_stops_while_it_reads_the_prompt(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    network = engine.scheduler.network
    stop, read, calls = threading.Event(), network.forward, []

    def reading(pieces: Any) -> Any:
        calls.append(1)
        stop.set()
        return read(pieces)

    monkeypatch.setattr(network, "forward", reading)
    monkeypatch.setattr(network.transformer, "chunk_size", 16)  # type: ignore[attr-defined]
    deltas = list(engine.stream(asked("y" * 200), stop))
    assert len(calls) == 1
    assert deltas[0].prompt is not None
    assert [delta.finish_reason for delta in deltas] == [None, "cancelled"]


def test_what_is_held_at_the_stop_comes_out(engine: TransformersEngine, script: Any) -> None:
    script("🙂" * 10)
    stop = threading.Event()
    stream = engine.stream(asked(max_tokens=100), stop)
    next(stream)
    first = next(stream)
    assert (first.text, first.tokens, len(first.scores)) == ("🙂", 4, 4)
    stop.set()
    assert [delta.finish_reason for delta in stream] == ["cancelled"]


def test_a_stream_can_be_dropped(engine: TransformersEngine) -> None:
    stream: Any = engine.stream(asked(), threading.Event())
    next(stream)
    next(stream)
    stream.close()
