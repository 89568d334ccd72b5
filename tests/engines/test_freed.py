"""The memory of a model goes with its last chat, or by `unload`: seen by weak references, by torch's storages, and by what the
system says of this process."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks import checkpoint
from r1widget import ChatWidget, engines
from r1widget.engines import registry

MIDDLE = {**checkpoint.CONFIG, "hidden_size": 384, "intermediate_size": 2048, "num_hidden_layers": 8}
"""About 140 million parameters: 280 MB in 16 bits."""


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chat of another test may be there still, and hold the same model."""
    engines.unload()
    gc.collect()
    monkeypatch.setattr(registry, "by_identity", weakref.WeakValueDictionary())


def parts(chat: ChatWidget) -> dict[str, weakref.ref[Any]]:
    """What would keep the memory."""
    engine: Any = chat.chat.generation.engine
    scheduler = engine.scheduler
    return {
        "engine": weakref.ref(engine),
        "scheduler": weakref.ref(scheduler),
        "network": weakref.ref(scheduler.network),
        "prefixes": weakref.ref(scheduler.prefixes),
        "weights": weakref.ref(scheduler.network.transformer.embeddings),
    }


def bytes_of_tensors() -> int:
    """Of all tensors that Python knows, each storage once."""
    gc.collect()
    tensors = [each for each in gc.get_objects() if issubclass(type(each), torch.Tensor)]
    return sum({each.untyped_storage().data_ptr(): each.untyped_storage().nbytes() for each in tensors}.values())


def close(chat: ChatWidget) -> None:
    chat.close()


def close_and_delete(chat: ChatWidget) -> None:
    chat.close()
    del chat
    gc.collect()


def unload(chat: ChatWidget) -> None:
    chat.unload()


def unload_all(chat: ChatWidget) -> None:
    assert engines.unload() == 1


@pytest.mark.parametrize("free", [close, unload, unload_all])
def test_nothing_of_the_built_in_model_is_left(free: Callable[[ChatWidget], None]) -> None:
    before = bytes_of_tensors()
    chat = ChatWidget("pocket")
    turn = chat.ask("What is 17 + 4?", temperature=0, seed=1)
    chat.regenerate(turn, n=3).wait()
    for each in turn.siblings:
        each.wait()
    there = parts(chat)
    assert bytes_of_tensors() - before > 4_000_000
    free(chat)
    assert [name for name, part in there.items() if part() is not None] == []
    assert bytes_of_tensors() - before < 100_000
    assert turn.answer, "what was written stays"
    chat.close()


def test_a_model_that_failed_in_the_middle_of_a_turn_is_freed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception's traceback has the engine in its frames."""
    chat = ChatWidget("pocket")
    chat.ask("What is 17 + 4?")
    network = chat.chat.generation.engine.scheduler.network  # type: ignore[union-attr]
    monkeypatch.setattr(network, "forward", lambda pieces: 1 / 0)
    turn = chat.ask("What is 17 + 5?")
    assert turn.finish_reason == "error" and "division" in (turn.error or "")
    monkeypatch.undo()
    there = parts(chat)
    del network
    chat.unload()
    assert [name for name, part in there.items() if part() is not None] == []
    chat.close()


PROGRAM = """
import gc, json, sys
import psutil
from r1widget import ChatWidget, engines
def used():
    gc.collect()
    return psutil.Process().memory_full_info().uss
folder, quantization = sys.argv[1], json.loads(sys.argv[2])
small = ChatWidget("pocket")
small.ask("What is 2 + 2?")
found = [used()]
for free in (lambda chat: chat.close(), lambda chat: engines.unload(folder)):
    chat = ChatWidget(folder, quantization=quantization)
    turn = chat.ask("Hello", max_tokens=4, seed=1)
    assert turn.error is None, turn.error
    found.append(used())
    free(chat)
    found.append(used())
    chat.close()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint.make(tmp_path_factory.mktemp("models") / "middle", config=MIDDLE)


@pytest.mark.slow
@pytest.mark.parametrize("quantization", ["int8", None])
def test_the_system_gets_the_memory_back(folder: Path, quantization: str | None, tmp_path: Path) -> None:
    """In a process of its own: what is its own alone (USS) falls to what it was, each time."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), json.dumps(quantization)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={**os.environ, "R1WIDGET_CACHE": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    before, *found = json.loads(done.stdout.splitlines()[-1])
    loaded, freed = found[::2], found[1::2]
    most = min(loaded) - before
    assert most > 60_000_000, "the model was there"
    assert max(freed) - before < most / 3, f"of {most:,} bytes, {max(freed) - before:,} are left"
