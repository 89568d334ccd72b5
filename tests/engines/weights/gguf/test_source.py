"""Tensors of a GGUF file, by transformers' names and in transformers' order: rows as numbers, and as they lie there."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch

from r1widget.engines.weights.gguf.model import open_gguf
from r1widget.engines.weights.gguf.source import GgufSource
from r1widget.engines.weights.gguf.types import EXACT, FLOATS, TYPES
from r1widget.errors import EngineError, WeightsCorrupt
from tests.engines.weights.gguf.made import Model

UP, QUERIES = "model.layers.1.mlp.up_proj.weight", "model.layers.1.self_attn.q_proj.weight"
KINDS = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "TQ1_0", "TQ2_0", "MXFP4"]
"""Those that gguf can write."""
BLOCKS = [
    "Q2_K",
    "Q3_K",
    "Q4_K",
    "Q5_K",
    "Q6_K",
    "IQ2_XXS",
    "IQ2_S",
    "IQ3_XXS",
    "IQ3_S",
    "IQ1_S",
    "IQ1_M",
    "IQ4_NL",
    "IQ4_XS",
]
"""Those that it can only read."""


def permuted(weights: np.ndarray, heads: int) -> np.ndarray:
    """As llama.cpp's converter has it."""
    shape = (heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
    return weights.reshape(shape).swapaxes(1, 2).reshape(weights.shape)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_gguf_s_own(tmp_path: Path, kind: str) -> None:
    model = Model(hidden=256, inner=256)
    model.kind = kind
    path = model.write(tmp_path / "model.gguf")
    source = open_gguf(path).source()
    theirs = next(tensor for tensor in gguf.GGUFReader(path).tensors if tensor.name == "blk.1.ffn_up.weight")
    numbers = gguf.dequantize(theirs.data, theirs.tensor_type).astype(np.float32)
    assert (source.shape(UP), source.kind(UP)) == ((256, 256), kind)
    rows = source.rows(UP, 0, 256)
    assert rows.dtype == {"F16": torch.float16, "BF16": torch.bfloat16}.get(kind, torch.float32)
    assert np.array_equal(rows.float().numpy(), numbers)
    assert np.array_equal(source.whole(UP).float().numpy(), numbers)
    assert np.array_equal(source.rows(UP, 7, 19).float().numpy(), numbers[7:19])
    assert np.array_equal(source.picked(UP, [3, 255, 3]).float().numpy(), numbers[[3, 255, 3]])
    assert np.array_equal(source.stored(UP, 7, 19).numpy(), theirs.data.view(np.uint8).reshape(256, -1)[7:19])
    assert source.rows(UP, 5, 5).shape == (0, 256)


@pytest.mark.parametrize("kind", BLOCKS)
def test_blocks_of_whatever_type(tmp_path: Path, kind: str) -> None:
    number = next(number for number, found in TYPES.items() if found.name == kind)
    size = TYPES[number].bytes * 256 // TYPES[number].weights
    stored = np.random.default_rng(number).integers(0, 255, (256, size), dtype=np.uint8)
    stored[:, -2:] = stored[:, :2] = 0  # scales of 16 bits, where they may stand
    path = tmp_path / "model.gguf"
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_tensor("blk.1.ffn_up.weight", stored, raw_dtype=gguf.GGMLQuantizationType[kind])
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        step()
    from r1widget.engines.weights.gguf.header import read_header
    from r1widget.engines.weights.gguf.tensors import Placed

    source = GgufSource({UP: Placed(path, read_header(path).tensors["blk.1.ffn_up.weight"])})
    with np.errstate(all="ignore"):
        numbers = gguf.dequantize(stored, gguf.GGMLQuantizationType[kind])
        rows = source.rows(UP, 3, 250)
    assert np.array_equal(rows.numpy(), numbers[3:250], equal_nan=True)
    assert np.array_equal(source.stored(UP, 3, 250).numpy(), stored[3:250])


def test_types_are_gguf_s_own() -> None:
    for number, (name, weights, size) in TYPES.items():
        kind = gguf.GGMLQuantizationType(number)
        assert (kind.name, *gguf.GGML_QUANT_SIZES[kind]) == (name, weights, size)
    assert {name for name, *_ in TYPES.values()} > EXACT | FLOATS


@pytest.mark.parametrize("kind", ["F32", "BF16", "Q8_0"])
def test_queries_and_keys_of_llama_are_put_back(tmp_path: Path, kind: str) -> None:
    """Rows here and there, from the middle of a head, weights and biases; values stay as they are."""
    model = Model("llama", hidden=128, heads=4, key_heads=2)
    model.kind = kind
    of = np.random.default_rng(0)
    given = {
        name: of.standard_normal(shape).astype(np.float32)
        for name, shape in {
            "attn_q.weight": (128, 128),
            "attn_k.weight": (64, 128),
            "attn_v.weight": (64, 128),
            "attn_q.bias": (128,),
            "attn_k.bias": (64,),
        }.items()
    }
    heads = {"attn_q": 4, "attn_k": 2}
    lies = {
        f"blk.1.{name}": permuted(tensor, heads.get(name.split(".")[0], 0)) if name[5] != "v" else tensor
        for name, tensor in given.items()
    }
    source = open_gguf(model.write(tmp_path / "model.gguf", instead=lies)).source()
    for name, tensor in given.items():
        layer, _, what = name.partition(".")
        ours = f"model.layers.1.self_attn.{layer[-1]}_proj.{what}"
        if tensor.ndim == 2 and kind != "F32":
            number = gguf.GGMLQuantizationType[kind]
            tensor = gguf.dequantize(gguf.quantize(tensor, number), number)
        assert np.array_equal(source.rows(ours, 0, len(tensor)).float().numpy(), tensor)
        assert np.array_equal(source.rows(ours, 5, 43).float().numpy(), tensor[5:43])
        assert np.array_equal(source.picked(ours, [41, 0, 17]).float().numpy(), tensor[[41, 0, 17]])
        assert np.array_equal(source.whole(ours).float().numpy(), tensor)
        raw = source.stored(ours, 5, 43)
        assert np.array_equal(raw.numpy(), source.stored(ours, 0, len(tensor))[5:43].numpy())


def test_queries_of_qwen_lie_as_transformers_has_them(tmp_path: Path) -> None:
    given = np.random.default_rng(0).standard_normal((64, 64)).astype(np.float32)
    source = open_gguf(Model("qwen2").write(tmp_path / "model.gguf", instead={"blk.1.attn_q.weight": given})).source()
    assert np.array_equal(source.rows(QUERIES, 0, 64).numpy(), given)


def test_names_are_transformers_own(tmp_path: Path) -> None:
    import transformers

    for architecture in ("llama", "qwen2", "qwen3"):
        model = Model(architecture)
        model.tied = False
        found = open_gguf(model.write(tmp_path / "model.gguf", instead={"rope_freqs.weight": np.ones(8, np.float32)}))
        with torch.device("meta"):
            theirs = transformers.AutoModelForCausalLM.from_config(found.config).state_dict()
        source = found.source()
        assert {name: tuple(tensor.shape) for name, tensor in theirs.items()} == {
            name: source.shape(name) for name in source.names
        }


def test_what_isn_t_there(tmp_path: Path) -> None:
    source = open_gguf(Model().write(tmp_path / "model.gguf")).source()
    with pytest.raises(WeightsCorrupt, match="no tensor 'lm_head.weight'"):
        source.rows("lm_head.weight", 0, 1)
    with pytest.raises(IndexError):
        source.stored(UP, 90, 97)
    with pytest.raises(IndexError):
        source.picked(UP, [96])


def test_a_type_that_can_t_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    model.kind = "Q5_0"
    source = open_gguf(model.write(tmp_path / "model.gguf")).source()
    monkeypatch.delitem(gguf.quants._type_traits, gguf.GGMLQuantizationType.Q5_0)
    with pytest.raises(EngineError, match="of the type Q5_0, which r1widget can't read"):
        source.rows(UP, 0, 1)


def test_a_file_that_shrinks_is_told_and_no_file_stays_open(tmp_path: Path) -> None:
    path = Model().write(tmp_path / "model.gguf")
    source = open_gguf(path).source()
    with path.open("r+b") as target:
        target.truncate(10_000)
    with pytest.raises(WeightsCorrupt, match="ends too early"):
        source.rows(UP, 0, 96)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del source
        gc.collect()
