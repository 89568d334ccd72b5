"""A stop while a prompt is read: the reader goes at once, and a pass that nobody wants any more is abandoned. No clock: what
is counted is the layers that still run after the stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from r1widget.engines.local import TransformersEngine
from r1widget.engines.model import lean as leans
from r1widget.engines.model.lean import Lean
from r1widget.engines.model.network import Chunk
from r1widget.engines.model.reference import Reference
from r1widget.engines.model.transformer import Transformer
from tests.engines.model.test_graphs import graphs
from tests.engines.model.test_lean import SHAPE, checkpoint, ids, lean
from tests.engines.scheduling import Chat, Watched, asked, engine, folder, wait_until, watched

__all__ = ["engine", "folder", "watched"]  # fixtures


class Counted:
    """Counts the layers that a network runs, and does what is to be done `at` the one of a number."""

    def __init__(self) -> None:
        self.calls = 0
        self.at: dict[int, Callable[[], object]] = {}

    def count(self, *inputs: Any) -> None:
        self.calls += 1
        self.at.get(self.calls, lambda: None)()

    def wrap(self, linear: Any) -> Any:
        class Linear:
            rows, columns = linear.rows, linear.columns

            def __call__(_, x: torch.Tensor) -> torch.Tensor:
                self.count()
                return linear(x)  # type: ignore[no-any-return]

        return Linear()


def count_layers(network: Any) -> Counted:
    """Those of a `Lean`, or of an engine's."""
    counted = Counted()
    network = network if isinstance(network, Lean) else network.scheduler.network
    of = network.transformer
    of.layers = [replace(layer, qkv_proj=counted.wrap(layer.qkv_proj)) for layer in of.layers]
    return counted


@pytest.mark.parametrize("in_c", [True, False])
def test_a_pass_ends_with_the_layer_in_which_its_last_chunk_is_over(
    tmp_path: Path, in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint(tmp_path, "qwen2")
    if not in_c:
        monkeypatch.setattr(leans, "steps", lambda: None)
    network = lean(tmp_path)
    counted = count_layers(network)
    memories = [network.new_cache(), network.new_cache()]
    over = [threading.Event(), threading.Event()]
    pieces = [
        Chunk(memory, ids(20, seed), 1, event.is_set)
        for seed, (memory, event) in enumerate(zip(memories, over, strict=True))
    ]

    def read() -> list[torch.Tensor]:
        counted.calls = 0
        for memory in memories:
            memory.truncate(0)
            memory.reserve(20)
        with torch.inference_mode():
            return network.forward(pieces)

    counted.at = {1: over[0].set}
    wanted = read()
    assert (counted.calls, [memory.length for memory in memories]) == (3, [20, 20]), "the other one is still wanted"
    counted.at = {2: over[1].set}
    assert [logits.shape for logits in read()] == [(0, 300), (0, 300)]
    assert (counted.calls, [memory.length for memory in memories]) == (2, [0, 0])
    for event in over:
        event.clear()
    counted.at = {}
    assert all(torch.equal(one, other) for one, other in zip(read(), wanted, strict=True)), "nothing is left of it"


@pytest.mark.filterwarnings("ignore:`past_key_values` is deprecated")
def test_a_pass_through_transformers_ends_with_its_layer_too() -> None:
    network = Reference(transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SHAPE)).eval(), chunk_size=64)
    counted, over = Counted(), threading.Event()
    for layer in network.model.model.layers:
        layer.register_forward_hook(counted.count)
    memory, other = network.new_cache(), network.new_cache()
    counted.at = {5: over.set}
    with torch.inference_mode():
        network.forward([Chunk(memory, ids(9, 0))])
        logits, others = network.forward([Chunk(memory, ids(20, 1), 1, over.is_set), Chunk(other, ids(9, 0))])
        assert (len(logits), memory.length, len(others), other.length) == (0, 9, 1, 9)
        assert counted.calls == 3 + 2 + 3
        (again,) = network.forward([Chunk(memory, ids(20, 1))])
        (wanted,) = network.forward([Chunk(network.new_cache(), [*ids(9, 0), *ids(20, 1)])])
    assert torch.allclose(again, wanted, atol=1e-5)


def test_a_prompt_that_is_over_is_left_out_of_a_pass_for_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint(tmp_path, "qwen2")
    network = graphs(tmp_path)
    read: list[int] = []
    embed = Transformer.embed

    def counting(transformer: Transformer, ids: torch.Tensor) -> torch.Tensor:
        read.append(len(ids))
        return embed(transformer, ids)

    monkeypatch.setattr(Transformer, "embed", counting)
    memories = [network.new_cache() for _ in range(3)]
    pieces = [
        Chunk(memories[0], ids(20, 0)),
        Chunk(memories[1], ids(30, 1), 1, lambda: True),
        Chunk(memories[2], ids(1, 2)),
    ]
    assert [len(logits) for logits in network.forward(pieces)] == [1, 0, 1]
    assert read == [4, 20], "a row of each slot, and the one prompt"
    assert [memory.length for memory in memories] == [20, 0, 1]


# ---- in the engine


def test_a_stop_while_the_prompt_is_read_runs_no_further_layer(
    engine: TransformersEngine, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pass is abandoned in the layer in which the stop came; the next question finds the machine free, and what was
    read before."""
    request = asked("y" * 300, max_tokens=12, temperature=0)
    wanted = Chat(engine, request).finished().text
    engine.scheduler.prefixes.free()
    monkeypatch.setattr(engine.scheduler.network.transformer, "chunk_size", 64)  # type: ignore[attr-defined]
    counted, stop = count_layers(engine), threading.Event()
    watched.passes.clear()
    counted.at = {3: stop.set}  # in the first layer of two, of the second pass
    stopped = Chat(engine, request, stop).finished()
    assert stopped.reason == "cancelled"
    wait_until(lambda: engine.scheduler.is_idle)
    assert (counted.calls, len(watched.passes)) == (3, 2)
    counted.at = {}
    watched.passes.clear()
    assert Chat(engine, request).finished().text == wanted
    assert sum(map(sum, watched.passes[:5])) <= len(engine.prompt_ids(request.messages)) - 64 + 5, "the rest is read"


def test_who_stops_does_not_wait_for_a_pass_that_others_need(
    engine: TransformersEngine, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pass is held: the reader that was stopped goes all the same, and the other one loses nothing."""
    request = asked("I write", max_tokens=40, seed=1)
    wanted = Chat(engine, request).finished().text
    engine.scheduler.prefixes.free()
    monkeypatch.setattr(engine.scheduler.network.transformer, "chunk_size", 64)  # type: ignore[attr-defined]
    both, go_on = threading.Event(), threading.Event()

    def hold(batch: Sequence[Chunk]) -> None:
        if len(batch) == 2 and not both.is_set():
            both.set()
            assert go_on.wait(30)

    watched.before = hold
    writer, reader = Chat(engine, request), Chat(engine, asked("y" * 300, max_tokens=3))
    assert both.wait(30)
    reader.stop.set()
    assert reader.finished().reason == "cancelled"
    assert writer.is_alive()
    go_on.set()
    assert writer.finished().text == wanted


def test_an_abandoned_pass_says_nothing_of_the_machine(engine: TransformersEngine) -> None:
    learned: list[Any] = []
    engine.scheduler.speed.learn = lambda seconds, **what: learned.append(what)  # type: ignore[method-assign]
    engine.scheduler.costs.learn = lambda *what: learned.append(what)  # type: ignore[method-assign]
    stop = threading.Event()
    count_layers(engine).at = {1: stop.set}
    assert Chat(engine, asked("y" * 300), stop).finished().reason == "cancelled"
    wait_until(lambda: engine.scheduler.is_idle)
    assert learned == []
