"""All layers in one C call, against the same layers one operation at a time: the same bits, on any threads."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from torch import Tensor

from r1widget.engines.model import passes
from r1widget.engines.model.kernels import steps
from r1widget.engines.model.lean import Lean
from r1widget.engines.model.network import Chunk
from r1widget.engines.model.passes import Passes
from tests.engines.model.test_lean import KINDS, checkpoint, ids, lean

pytestmark = pytest.mark.skipif(steps() is None, reason="there is no kernel here")


def read(network: Lean) -> list[Tensor]:
    """A prompt, one id behind it, several in company with another prompt, and one whose logits nobody wants."""
    one, two, three = (network.new_cache() for _ in range(3))
    for cache in (one, two, three):
        cache.reserve(200)
    with torch.inference_mode():
        return [
            *network.forward([Chunk(one, ids(140, 1), 2)]),
            *network.forward([Chunk(one, ids(1, 2), 1)]),
            *network.forward([Chunk(one, ids(3, 3), 3), Chunk(two, ids(37, 4), 5), Chunk(three, ids(9, 5), 0)]),
            *network.forward([Chunk(three, ids(2, 6), 0)]),
            *network.forward([Chunk(three, ids(2, 7), 1)]),
        ]


@pytest.mark.parametrize("quantization", ["int8", "int4"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_bits_are_those_of_single_operations(
    kind: str, quantization: str, tmp_path: Path, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inner sizes that fill no group, biases, norms of heads, tied heads; layer by layer and all at once."""
    checkpoint(tmp_path, kind)
    network = lean(tmp_path, quantization, torch.bfloat16)
    assert network.passes is not None
    first, at_once = read(network), read(network)
    monkeypatch.setattr(passes, "LOOK", 0.0)
    by_layer = read(network)
    network.passes = None
    torch.set_num_threads(1)
    wanted = read(network)
    for got in (first, at_once, by_layer):
        assert [each.shape for each in got] == [each.shape for each in wanted]
        assert all(map(torch.equal, got, wanted))


def test_it_is_for_layers_that_are_all_ours(tmp_path: Path) -> None:
    checkpoint(tmp_path, "qwen2")
    assert lean(tmp_path).passes is None
    network = lean(tmp_path, "int8", torch.bfloat16)
    assert Passes.suits(network.transformer)
    network.transformer.lm_head = lean(tmp_path).transformer.lm_head
    assert not Passes.suits(network.transformer)
    assert Lean(network.transformer).passes is None, "and goes on, operation by operation"


def test_a_pass_for_nobody_ends_between_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint(tmp_path, "qwen2")
    network = lean(tmp_path, "int8", torch.bfloat16)
    monkeypatch.setattr(passes, "LOOK", 0.0)
    over, looks = threading.Event(), 0

    def is_over() -> bool:
        nonlocal looks
        looks += 1
        if looks == 2:
            over.set()
        return over.is_set()

    cache = network.new_cache()
    cache.reserve(100)
    with torch.inference_mode():
        network.forward([Chunk(cache, ids(20, 1), 0)])
        (logits,) = network.forward([Chunk(cache, ids(30, 2), 1, is_over)])
        assert (logits.shape, looks, cache.length) == ((0, 300), 2, 20)
        (after,) = network.forward([Chunk(cache, ids(5, 3), 1)])
        fresh = network.new_cache()
        fresh.reserve(100)
        (wanted,) = network.forward([Chunk(fresh, [*ids(20, 1), *ids(5, 3)], 1)])
    assert torch.equal(after, wanted), "nothing is left of it"


def test_how_many_layers_go_between_two_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One as long as nobody knows what it takes, then as many as go in the time; few rows and many apart."""
    checkpoint(tmp_path, "qwen2")
    network = lean(tmp_path, "int8", torch.bfloat16)
    now = [0.0]

    def clock() -> float:
        now[0] += 0.014
        return now[0]

    monkeypatch.setattr("r1widget.engines.model.passes.perf_counter", clock)
    looks: list[int] = []

    def pass_of(rows: int) -> int:
        looks.clear()
        cache = network.new_cache()
        cache.reserve(rows)

        def is_over() -> bool:
            looks.append(rows)
            return False

        with torch.inference_mode():
            network.forward([Chunk(cache, ids(rows, 1), 1, is_over)])
        return len(looks)

    assert pass_of(1) == 2, "14 ms for the first layer, so two go in 30 ms"
    assert pass_of(1) == 1, "7 ms for each of those"
    assert pass_of(64) == 2, "which says nothing of many rows"


def test_a_cache_without_room_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    checkpoint(tmp_path, "qwen2")
    network = lean(tmp_path, "int8", torch.bfloat16)
    with torch.inference_mode(), pytest.raises(ValueError, match="no room"):
        network.forward([Chunk(network.new_cache(), ids(5, 1), 1)])
