"""What of torch is as it was, for whoever reads a stream: modes, random numbers, threads."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import torch

from r1widget.engines.local import TransformersEngine
from tests.engines.scripted import asked, engine, folder, one_core, run

__all__ = ["engine", "folder", "one_core"]  # fixtures


def test_no_mode_of_torch_leaks_to_whoever_reads(engine: TransformersEngine) -> None:
    state = torch.random.get_rng_state()
    for _ in engine.stream(asked(max_tokens=5), threading.Event()):
        assert not torch.is_inference_mode_enabled()
        assert torch.is_grad_enabled()
    assert torch.equal(torch.random.get_rng_state(), state)


def test_a_small_model_takes_one_thread_and_gives_the_others_back(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads beside a busy program on two cores: 13 tokens/s instead of 500."""
    torch.set_num_threads(2)
    network = engine.scheduler.network
    read, seen = network.forward, []

    def watched(pieces: Any) -> Any:
        seen.append(torch.get_num_threads())
        return read(pieces)

    monkeypatch.setattr(network, "forward", watched)
    run(engine, asked(max_tokens=3))
    assert set(seen) == {1}
    assert torch.get_num_threads() == 2
    torch.set_num_threads(1)  # as this module has it
