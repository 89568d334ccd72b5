"""Several streams at once, which don't disturb one another."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator

from r1widget.engines import Delta
from r1widget.engines.local import TransformersEngine
from tests.engines.scripted import asked, engine, folder, one_core, run

__all__ = ["engine", "folder", "one_core"]  # fixtures


def test_two_threads_get_what_each_would_get_alone(engine: TransformersEngine) -> None:
    requests = [
        asked(question, max_tokens=60, seed=seed) for seed, question in enumerate(("one", "two " * 50, "three"))
    ]
    alone = [run(engine, request) for request in requests]
    together: list[list[Delta]] = [[] for _ in requests]
    start = threading.Barrier(len(requests))

    def work(number: int) -> None:
        start.wait()
        together[number] = run(engine, requests[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [list(map(bare, deltas)) for deltas in together] == [list(map(bare, deltas)) for deltas in alone]


def bare(delta: Delta) -> Delta:
    """Without what depends on who else was there: scores in the last digits, and the progress."""
    return dataclasses.replace(delta, scores=(), reading=None, waiting=None, prompt_tokens=None)


def test_interleaved_streams_do_not_mix(engine: TransformersEngine) -> None:
    requests = [asked("one", max_tokens=20, seed=1), asked("two", max_tokens=20, seed=1)]
    alone = [run(engine, request) for request in requests]
    streams = [engine.stream(request, threading.Event()) for request in requests]
    together: list[list[Delta]] = [[], []]
    open_streams: dict[int, Iterator[Delta]] = dict(enumerate(streams))
    while open_streams:
        for number, stream in list(open_streams.items()):
            delta = next(stream, None)
            if delta is None:
                del open_streams[number]
            else:
                together[number].append(delta)
    assert [list(map(bare, deltas)) for deltas in together] == [list(map(bare, deltas)) for deltas in alone]
