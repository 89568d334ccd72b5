"""Forks that are written together have the memory of what they begin with once, and write what each writes alone."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from r1widget.engines import load
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.kernels import steps
from r1widget.engines.model.network import Chunk, held_bytes
from tests import tiny
from tests.engines.scheduling import Chat, Watched, asked, wait_until

FORKS = 4
QUESTION = "What is 17 × 24? " * 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.model_folder(tmp_path_factory.mktemp("models") / "long", context=8192)


@pytest.fixture(params=["int8", None])
def engine(folder: Path, request: pytest.FixtureRequest) -> TransformersEngine:
    if steps() is None:
        pytest.skip("torch's attention reads one tensor: there is a copy for each")
    engine = load(folder, quantization=request.param)
    assert isinstance(engine, TransformersEngine)
    return engine


class Held:
    """Before each pass: what all its caches take, and the largest of them."""

    def __init__(self, watched: Watched, scheduler: object) -> None:
        self.together: list[tuple[int, int, int]] = []
        self.pages: list[weakref.ref[torch.Tensor]] = []
        self._scheduler = scheduler
        watched.before = self

    def __call__(self, batch: Sequence[Chunk]) -> None:
        caches = [chunk.cache for chunk in batch]
        if len(caches) == FORKS:
            counted = {page.untyped_storage().data_ptr(): page.nbytes for cache in caches for page in cache.pages}
            assert sum(counted.values()) == held_bytes(caches)
            self.together.append((held_bytes(caches), max(cache.bytes for cache in caches), min(map(_length, caches))))
            self.pages = [weakref.ref(page) for cache in caches for page in cache.pages]


def _length(cache: object) -> int:
    length: int = cache.length  # type: ignore[attr-defined]
    return length


@pytest.mark.parametrize("is_kept", [True, False])
def test_four_forks_take_little_more_than_one(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch, is_kept: bool
) -> None:
    """Of what was kept, and of one that is still running: the other three wait until it has read the beginning."""
    requests = [asked(QUESTION, max_tokens=40, seed=seed) for seed in range(FORKS)]
    prompt = len(engine.prompt_ids(requests[0].messages))
    assert prompt > 4500
    alone = []
    for request in requests:
        engine.scheduler.prefixes.free()
        alone.append(Chat(engine, request).finished().text)
    if not is_kept:
        engine.scheduler.prefixes.free()
    watched, gate = Watched(engine, monkeypatch), threading.Event()
    watched.hold(gate)
    chats = [Chat(engine, request) for request in requests]
    wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == FORKS)
    held = Held(watched, engine.scheduler)
    gate.set()
    assert [chat.finished().text for chat in chats] == alone
    assert sum(map(sum, watched.passes)) < (0 if is_kept else prompt) + 3 * FORKS * 40, "it was read once"
    assert held.together[-1][2] > prompt
    for together, one, _ in held.together:
        assert together <= 1.2 * one
    wait_until(lambda: engine.scheduler.is_idle)
    assert engine.scheduler.cache_bytes == engine.scheduler.prefixes.bytes <= 1.2 * held.together[-1][1]
    engine.scheduler.prefixes.free()
    assert engine.scheduler.cache_bytes == 0
    assert not any(page() is not None for page in held.pages)
