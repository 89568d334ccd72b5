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
from r1widget.engines.model.architectures import parts
from r1widget.engines.model.network import Chunk
from r1widget.engines.prospect import prospect
from r1widget.engines.weights import precision
from r1widget.engines.weights.gguf.model import open_gguf
from r1widget.engines.weights.gguf.types import EXACT, FLOATS, HELD, TYPES, held
from r1widget.engines.weights.linears.kernel import kernel
from r1widget.engines.weights.linears.layouts import LAYOUTS
from r1widget.engines.weights.linears.report import relative_error
from r1widget.engines.weights.placing import place_linears
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


def test_what_is_said_of_types_is_what_layouts_are() -> None:
    assert LAYOUTS.keys() == EXACT
    for kind, layout in LAYOUTS.items():
        assert held(kind) == (kind, layout.values, layout.bits)
    assert {held(kind.name).type for kind in TYPES.values()} == {*LAYOUTS, "F32", "BF16"}
    assert HELD.keys() >= FLOATS


def layers_of(model: Model, words: int) -> dict[str, int]:
    """Numbers of each matrix that is multiplied with: the embeddings are the head."""
    return {name: tensor.size for name, tensor in model.tensors(words).items() if tensor.ndim > 1}


def test_what_it_takes_is_counted_by_the_types_that_it_is_held_in(tmp_path: Path) -> None:
    model = Model(hidden=512, inner=512)
    model.kind, model.kinds = "Q8_0", {"attn_v.weight": "F16", "attn_output.weight": "BF16", "ffn_up.weight": "Q4_0"}
    path = model.write(tmp_path / "mixed.gguf")
    before, engine = prospect(path), loaded(path)
    bits = {"attn_v.weight": 32.0, "attn_output.weight": 16.0, "ffn_up.weight": 4.5}
    wanted = sum(
        count * next((each for end, each in bits.items() if name.endswith(end)), 8.5) / 8
        for name, count in layers_of(model, engine.scheduler.network.config.vocab_size).items()
    )
    assert (before.bits, before.most_bits) == (4, 32)
    assert before.memory == pytest.approx(wanted, rel=1e-6)
    assert engine.weight_bytes == pytest.approx(wanted, rel=0.01), "the last rows of a weight fill up a block"


def test_what_is_said_of_types_that_become_others(tmp_path: Path) -> None:
    model = Model()
    model.kind, model.kinds = "Q5_0", {"ffn_up.weight": "Q8_0"}
    path = model.write(tmp_path / "some.gguf")
    about = loaded(path).describe()
    assert (about["quantization"], about["file_types"]) == ("Q5_0", "Q5_0, Q8_0")
    assert about["quantization_why"] == "its file has it so; Q5_0 in 8 bits"
    about = loaded(path, quantization="int4").describe()
    assert (about["quantization"], about["quantization_why"]) == ("int4", "it was asked for")


@pytest.mark.parametrize(("kind", "quantization"), [("Q8_0", "int8"), ("Q8_0", "auto"), ("Q4_1", None)])
def test_blocks_that_are_taken_as_they_are_have_no_copy_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, quantization: str | None
) -> None:
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path / "cache"))
    model = Model()
    model.kind = kind
    loaded(model.write(tmp_path / "some.gguf"), quantization=quantization)
    assert not list((tmp_path / "cache").rglob("*.safetensors"))


@pytest.mark.parametrize(("kind", "dtype"), [("F16", "float32"), ("BF16", "bfloat16")])
def test_floats_as_they_are_lose_nothing_however_large_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, dtype: str
) -> None:
    monkeypatch.setattr(precision, "SMALL", 1_000)
    model = Model()
    model.kind = kind
    path = model.write(tmp_path / "some.gguf")
    before, engine = prospect(path, quantization=None), loaded(path, quantization=None)
    assert (engine.describe()["dtype"], engine.weight_bytes) == (dtype, before.memory)
    if kind == "F16":
        assert torch.equal(logits(engine), logits(in_floats(model, path)))


def test_without_our_kernel_it_takes_eight_bits_which_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(Model().write(tmp_path / "first.gguf"))  # what is imported for the first time looks for programs, too
    kernel.cache_clear()
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    model = Model()
    model.kind = "Q4_0"
    path = model.write(tmp_path / "some.gguf")
    try:
        engine = loaded(path)
    finally:
        kernel.cache_clear()
    about = engine.describe()
    assert about["quantization_why"].startswith(
        "its file has it so. Slower than it could be, and through 8 bits: there is no C compiler"
    )
    numbers = sum(layers_of(model, engine.scheduler.network.config.vocab_size).values())
    assert engine.weight_bytes is not None and 8 * engine.weight_bytes > 8 * numbers
    monkeypatch.undo()
    assert relative_error(logits(engine), logits(in_floats(model, path))) < 0.03


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_on_another_device_all_are_numbers(tmp_path: Path, architecture: str) -> None:
    model = Model(architecture)
    model.kind, model.kinds = "Q4_0", {"attn_v.weight": "F16", "ffn_down.weight": "Q5_1"}
    path = model.write(tmp_path / "some.gguf")
    floats = path.with_name("floats.gguf")
    instead, model.kind, model.kinds = numbers_of(path), "F32", {}
    found, wanted = open_gguf(path), open_gguf(model.write(floats, instead=instead))
    linears = [
        place_linears(
            source,
            parts(found.config, source.names),
            torch.float32,
            torch.device("cpu"),
            there={},
            report=lambda done, total: None,
        )
        for source in (found.source(), wanted.source())
    ]
    assert linears[0].keys() == linears[1].keys()
    for name, linear in linears[0].items():
        x = torch.randn(2, linear.columns, generator=torch.Generator().manual_seed(0))
        assert torch.equal(linear(x), linears[1][name](x)), name


@pytest.mark.parametrize(
    ("kind", "quantization", "most"), [("Q8_0", "int4", 0.2), ("Q4_0", "int8", 0.03), ("F16", "int4", 0.2)]
)
def test_another_quantization_can_be_asked_for(tmp_path: Path, kind: str, quantization: str, most: float) -> None:
    """It is made of the file's numbers, by the text that goes through the layers as through a checkpoint's."""
    model = Model()
    model.kind = kind
    path = model.write(tmp_path / "some.gguf")
    engine = loaded(path, quantization=quantization)
    assert (engine.describe()["quantization"], engine.describe()["file_types"]) == (quantization, kind)
    assert relative_error(logits(engine), logits(in_floats(model, path))) < most
