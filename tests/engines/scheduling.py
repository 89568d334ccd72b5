"""Chats of one engine, each in a thread of its own, and the passes that they share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from r1widget.engines import Delta, Request, load
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings
from tests import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.model_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def engine(folder: Path) -> TransformersEngine:
    engine = load(folder)
    assert isinstance(engine, TransformersEngine)
    return engine


class Watched:
    """A network whose passes are written down; `before` is called ahead of each, with its number from 1."""

    def __init__(self, engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passes: list[list[int]] = []
        """The number of ids in each chunk of each pass."""
        self.texts: list[list[list[int]]] = []
        self.before: Callable[[Sequence[Chunk]], None] = lambda batch: None
        network = engine.scheduler.network
        self._read = network.forward
        monkeypatch.setattr(network, "forward", self.forward)

    def hold(self, gate: threading.Event) -> None:
        """No pass begins before the gate is open."""

        def wait(batch: Sequence[Chunk]) -> None:
            assert gate.wait(60)

        self.before = wait

    def forward(self, batch: Sequence[Chunk]) -> list[torch.Tensor]:
        self.passes.append([len(chunk.ids) for chunk in batch])
        self.texts.append([list(chunk.ids) for chunk in batch])
        self.before(batch)
        return self._read(batch)


@pytest.fixture
def watched(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(engine, monkeypatch)


def asked(question: str, **settings: Any) -> Request:
    chosen = Settings(**{"seed": 1, **settings})
    return Request(messages=[{"role": "user", "content": question}], settings=chosen)


class Chat(threading.Thread):
    """Reads a stream to its end, or to its error."""

    def __init__(self, engine: TransformersEngine, request: Request, stop: threading.Event | None = None) -> None:
        super().__init__(daemon=True)
        self.stop = stop or threading.Event()
        self.deltas: list[Delta] = []
        self.error: Exception | None = None
        self.at: dict[int, Callable[[], None]] = {}
        """What to do when so many deltas with text have come."""
        self._engine, self._request = engine, request
        self.start()

    def run(self) -> None:
        count = 0
        try:
            for delta in self._engine.stream(self._request, self.stop):
                self.deltas.append(delta)
                count += bool(delta.text)
                if delta.text:
                    self.at.get(count, lambda: None)()
        except Exception as error:
            self.error = error

    @property
    def text(self) -> str:
        return "".join(delta.text for delta in self.deltas)

    @property
    def reason(self) -> str | None:
        return self.deltas[-1].finish_reason

    def finished(self) -> Chat:
        self.join(60)
        assert not self.is_alive()
        return self


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll for what has no event; half a minute is a failure."""
    pause = threading.Event()
    for _ in range(3000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came about")
