"""How the weights of a GGUF file are held when it is loaded: which numbers, in how many bytes, and what is said of that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch

from r1widget.engines import load
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from r1widget.engines.weights.gguf.header import read_header
from r1widget.engines.weights.linears.report import relative_error
from tests.engines.weights.gguf.made import Model

IDS = [*range(40, 60)]


def loaded(path: Path, **options: Any) -> TransformersEngine:
    engine = load(path, **options)
    assert isinstance(engine, TransformersEngine)
    return engine


def logits(engine: TransformersEngine) -> torch.Tensor:
    network = engine.scheduler.network
    cache = network.new_cache()
    with torch.inference_mode():
        cache.reserve(len(IDS))
        (found,) = network.forward([Chunk(cache, IDS, num_logits=len(IDS))])
    return found


def numbers_of(path: Path) -> dict[str, np.ndarray]:
    """All that a file holds, in 32 bits."""
    return {
        tensor.name: gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        for tensor in gguf.GGUFReader(path).tensors
    }


def in_floats(model: Model, path: Path) -> TransformersEngine:
    """The model of a file, of the same numbers in 32 bits."""
    instead, model.kind, model.kinds = numbers_of(path), "F32", {}
    return loaded(model.write(path.with_name("floats.gguf"), instead=instead), quantization=None)


@pytest.mark.parametrize(
    "kinds",
    [
        {"attn_v.weight": "F16"},
        {"attn_k.weight": "BF16", "attn_v.weight": "F16"},
        {"attn_q.weight": "F32", "attn_k.weight": "BF16"},
        {"token_embd.weight": "BF16", "ffn_down.weight": "F16"},
    ],
    ids=str,
)
def test_floats_beside_blocks_stay_what_they_are(tmp_path: Path, kinds: dict[str, str]) -> None:
    model = Model()
    model.kind, model.kinds = "Q8_0", kinds
    path = model.write(tmp_path / "mixed.gguf")
    found = logits(loaded(path))
    assert relative_error(found, logits(in_floats(model, path))) < 0.03, "what activations lose in 8 bits"
