"""An engine of a tiny model, and a script in the place of its network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from r1widget.engines import Delta, Engine, Request, load
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings
from tests import tiny


@pytest.fixture(scope="module", autouse=True)
def one_core() -> Iterator[None]:
    """A model this small is slower on two."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.model_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def engine(folder: Path) -> TransformersEngine:
    engine = load(folder)
    assert isinstance(engine, TransformersEngine)
    return engine


class Scripted:
    """Stands in for a network: after each id that it writes, it wants the next one of a script. Passes are counted."""

    supports_truncation = True

    def __init__(self, engine: TransformersEngine, script: list[int]) -> None:
        network = engine.scheduler.network
        self.config, self.device, self.parameters = network.config, network.device, network.parameters
        self.dtype, self.chunk_size, self.path = network.dtype, network.chunk_size, "a script"
        self.vocabulary = engine.tokens.backend.get_vocab_size()
        self.script = script
        self.seen: list[list[int]] = []
        self.at: dict[int, Callable[[], None]] = {}
        """What happens during the pass of that number, from 1."""
        self.new_cache: Callable[[], Any] = network.new_cache
        self._starts: dict[int, int] = {}

    def forward(self, batch: Sequence[Chunk]) -> list[torch.Tensor]:
        return [self._read(chunk) for chunk in batch]

    def _read(self, chunk: Chunk) -> torch.Tensor:
        self.seen.append(list(chunk.ids))
        self.at.get(len(self.seen), lambda: None)()
        chunk.cache.commit(chunk.ids)
        logits = torch.full((chunk.num_logits, self.vocabulary), -100.0)
        prompt = self._starts.setdefault(id(chunk.cache), chunk.cache.length)
        for row in range(chunk.num_logits):
            at = chunk.cache.length - chunk.num_logits + row + 1 - prompt
            logits[row, self.script[min(at, len(self.script) - 1)]] = 100.0
        return logits


@pytest.fixture
def script(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the model write a text, control tokens included, and then end."""

    def write(text: str) -> Scripted:
        ids = engine.tokens.backend.encode(text + tiny.END, add_special_tokens=False).ids
        network = Scripted(engine, ids)
        monkeypatch.setattr(engine.scheduler, "network", network)
        monkeypatch.setattr(engine.scheduler, "prefixes", Prefixes(1 << 20))
        return network

    return write


def asked(question: str = "What is 17 × 24?", *, answer_now: threading.Event | None = None, **settings: Any) -> Request:
    return Request(
        messages=[{"role": "user", "content": question}],
        settings=Settings(**settings),
        answer_now=answer_now or threading.Event(),
    )


def run(engine: Engine, request: Request) -> list[Delta]:
    return list(engine.stream(request, threading.Event()))


def text(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)
