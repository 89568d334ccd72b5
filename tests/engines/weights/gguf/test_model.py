"""What a GGUF file says of its model: sizes, rotation, ids, names. What can't be run here is told in a sentence that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from r1widget.engines.model.known import is_known
from r1widget.engines.model.rotary import Rotary
from r1widget.engines.weights.gguf.model import Gguf, open_gguf
from r1widget.errors import EngineError, ModelNotFound, R1WidgetError, TokenizerBroken, WeightsCorrupt
from tests.engines.weights.gguf import made
from tests.engines.weights.gguf.made import Model, transformers_config


def opened(folder: Path, model: Model, name: str = "some.gguf", **options: Any) -> Gguf:
    return open_gguf(model.write(folder / name, **options))


def refused(folder: Path, model: Model, kind: type[R1WidgetError] = EngineError, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        opened(folder, model, **options)
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "qwen3"])
def test_the_configuration_is_transformers_own(tmp_path: Path, architecture: str) -> None:
    found = opened(tmp_path, Model(architecture, key_heads=1))
    config = found.config
    assert config.model_type == architecture
    assert is_known(config)
    assert (config.hidden_size, config.intermediate_size, config.num_hidden_layers) == (64, 96, 2)
    assert (config.num_attention_heads, config.num_key_value_heads, config.head_dim) == (4, 1, 16)
    assert config.vocab_size == len(made.by_bytes()[0]) + len(made.SPECIAL)
    assert config.max_position_embeddings == 512
    assert config.rms_norm_eps == 1e-6, "32 bits in the file, and not 9.99e-07"
    assert config.tie_word_embeddings
    assert config.get_text_config() is config
    assert config.eos_token_id == config.bos_token_id + 2
    official = transformers_config(config)
    assert vars(config).keys() - {"rope_factors", "hidden_act"} <= set(dir(official)) | {"rope_scaling", "rope_theta"}
    torch.testing.assert_close(Rotary(official)._frequencies, Rotary(config)._frequencies)
    contents = found.summary.contents
    assert contents.parameters == sum(
        tensor.size for tensor in Model(architecture, key_heads=1).tensors(config.vocab_size).values()
    )
    assert (contents.float_parameters, contents.other_bytes) == (contents.parameters, 0)


def test_a_head_of_its_own_and_a_size_of_its_own(tmp_path: Path) -> None:
    model = Model("qwen3")
    model.says = {"attention.key_length": 32, "attention.value_length": 32}
    wide: dict[str, np.ndarray] = {}
    for layer in range(2):
        wide |= {
            f"blk.{layer}.attn_q.weight": np.zeros((128, 64), np.float32),
            f"blk.{layer}.attn_k.weight": np.zeros((64, 64), np.float32),
            f"blk.{layer}.attn_v.weight": np.zeros((64, 64), np.float32),
            f"blk.{layer}.attn_output.weight": np.zeros((64, 128), np.float32),
            f"blk.{layer}.attn_q_norm.weight": np.ones(32, np.float32),
            f"blk.{layer}.attn_k_norm.weight": np.ones(32, np.float32),
        }
    model.tied = False
    config = opened(tmp_path, model, instead=wide).config
    assert (config.head_dim, config.tie_word_embeddings) == (32, False)


@pytest.mark.parametrize(
    ("says", "rotation"),
    [
        ({}, {"rope_type": "default"}),
        ({"rope.scaling.type": "none", "rope.scaling.factor": 4.0}, {"rope_type": "default"}),
        ({"rope.scale_linear": 2.0}, {"rope_type": "linear", "factor": 2.0}),
        ({"rope.scaling.type": "linear", "rope.scaling.factor": 4.0}, {"rope_type": "linear", "factor": 4.0}),
        (
            {"rope.scaling.type": "yarn", "rope.scaling.factor": 4.0, "rope.scaling.original_context_length": 128},
            {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 128},
        ),
        (
            {
                "rope.scaling.type": "yarn",
                "rope.scaling.factor": 4.0,
                "rope.scaling.original_context_length": 128,
                "rope.scaling.yarn_ext_factor": 1.0,
                "rope.scaling.yarn_log_multiplier": 0.0,
                "rope.scaling.yarn_beta_fast": 16.0,
            },
            {"rope_type": "yarn", "factor": 4.0, "beta_fast": 16.0},
        ),
    ],
)
def test_positions_that_are_scaled(tmp_path: Path, says: dict[str, Any], rotation: dict[str, Any]) -> None:
    model = Model()
    model.says = says
    config = opened(tmp_path, model).config
    assert {key: config.rope_parameters[key] for key in rotation} == rotation
    ours, official = Rotary(config), Rotary(transformers_config(config))
    assert torch.equal(ours._frequencies, official._frequencies)
    assert ours._scale == official._scale


def test_frequencies_that_are_divided(tmp_path: Path) -> None:
    """Llama 3.1's scaling is in the file as its result."""
    factors = np.array([1, 1, 1, 1.5, 2.5, 8, 8, 8], np.float32)
    plain = Rotary(opened(tmp_path, Model("llama")).config)
    divided = Rotary(opened(tmp_path, Model("llama"), instead={"rope_freqs.weight": factors}).config)
    torch.testing.assert_close(divided._frequencies * torch.from_numpy(factors), plain._frequencies)


@pytest.mark.parametrize(
    ("architecture", "says", "words"),
    [
        ("gemma3", {}, "of the kind gemma3"),
        ("phi3", {}, "Serve it, for example with llama.cpp"),
        ("qwen3moe", {}, "runs Qwen2, Qwen3, Llama"),
        ("clip", {}, "mmproj"),
        ("bert", {}, "an embeddings model"),
        ("nomic-bert", {}, "an embeddings model"),
        ("qwen3", {"pooling_type": 3}, "an embeddings model"),
        ("llama", {"attention.causal": False}, "an embeddings model"),
        ("llama", {"general.type": "adapter"}, "an adapter"),
        ("qwen2", {"general.type": "mmproj"}, "mmproj"),
        ("llama", {"expert_count": 8}, "chooses among experts"),
        ("llama", {"attention.sliding_window": 256}, "256 tokens back"),
        ("llama", {"rope.scaling.type": "longrope", "rope.scaling.factor": 4.0}, "that it calls longrope"),
        ("llama", {"rope.dimension_count": 8}, "turns 8 of a key's 16"),
        (
            "qwen2",
            {"rope.scaling.type": "yarn", "rope.scaling.factor": 2.0, "rope.scaling.attn_factor": 0.5},
            "attn_factor is 0.5",
        ),
        (
            "llama",
            {"rope.scaling.type": "yarn", "rope.scaling.factor": 2.0, "rope.scaling.yarn_log_multiplier": 1.0},
            "yarn_log_multiplier is 1.0",
        ),
        ("qwen2", {"attention.head_count_kv": [1, 2]}, "layers that differ"),
    ],
)
def test_a_model_that_can_t_be_run_here(tmp_path: Path, architecture: str, says: dict[str, Any], words: str) -> None:
    model = Model(architecture)
    model.says = says
    assert words in refused(tmp_path, model)


def test_a_window_that_no_text_is_longer_than(tmp_path: Path) -> None:
    model = Model("llama")
    model.says = {"attention.sliding_window": 512}
    opened(tmp_path, model)


@pytest.mark.parametrize(
    "says",
    [
        {"attention.head_count": 0},
        {"attention.head_count": 3},
        {"attention.head_count": "four"},
        {"attention.key_length": 15},
        {"attention.key_length": 16, "embedding_length": 65},
        {"block_count": 0},
        {"block_count": 3},
        {"block_count": (1 << 32) - 1},
        {"block_count": (1 << 31) - 1},
        {"embedding_length": 0},
        {"context_length": 0},
        {"feed_forward_length": 1 << 30},
        {"attention.layer_norm_rms_epsilon": float("nan")},
        {"rope.freq_base": float("inf")},
        {"rope.freq_base": -1.0},
        {"rope.scaling.type": "yarn"},
        {"rope.scaling.type": 7},
        {"rope.scaling.type": "linear", "rope.scaling.factor": -2.0},
        {"split.count": "three"},
    ],
)
def test_a_file_that_contradicts_itself(tmp_path: Path, says: dict[str, Any]) -> None:
    model = Model()
    model.says = says
    refused(tmp_path, model)


@pytest.mark.parametrize(
    "name", ["output_norm.weight", "token_embd.weight", "blk.1.attn_q.weight", "blk.0.ffn_norm.weight"]
)
def test_a_tensor_that_is_missing_or_has_another_shape(tmp_path: Path, name: str) -> None:
    assert f"no tensor {name}" in refused(tmp_path, Model(), WeightsCorrupt, without=[name])
    wrong = {name: np.zeros((32, 64), np.float32)}
    assert "belongs there" in refused(tmp_path, Model(), WeightsCorrupt, instead=wrong)


def test_a_tensor_that_nobody_knows_is_not_left_out(tmp_path: Path) -> None:
    more = {"blk.0.attn_sub_norm.weight": np.ones(64, np.float32)}
    assert "blk.0.attn_sub_norm.weight" in refused(tmp_path, Model("llama"), instead=more)
    old = {"blk.0.attn_rot_embd.weight": np.ones(64, np.float32)}
    opened(tmp_path, Model("llama"), instead=old)


def test_what_a_person_is_told(tmp_path: Path) -> None:
    model = Model(hidden=256, inner=256)
    model.kind = "Q8_0"
    model.says = {"general.file_type": 15}
    found = opened(tmp_path, model).summary
    assert (found.name, found.type, found.types, found.converted) == ("A small model", "Q4_K_M", ("Q8_0",), ())
    model.kind, model.kinds, model.says = "Q5_0", {"token_embd.weight": "Q8_0"}, {}
    found = opened(tmp_path, model).summary
    assert (found.type, found.types, found.converted) == ("Q5_0", ("Q5_0", "Q8_0"), ("Q5_0",))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("DeepSeek R1", "DeepSeek R1"),
        ("/home/somebody/secret/my-model/", "my-model"),
        ("C:\\Users\\somebody\\my-model", "my-model"),
        (" a\n\tb ", "a b"),
        ("a\x1bb", ""),
        ("a" * 101, ""),
    ],
)
def test_a_name_has_no_way_to_a_folder(tmp_path: Path, name: str, title: str) -> None:
    model = Model()
    model.says = {"general.name": name}
    assert opened(tmp_path, model).summary.name == title


def test_a_fingerprint_is_of_what_is_in_a_file(tmp_path: Path) -> None:
    one, two = opened(tmp_path, Model(), "one.gguf"), opened(tmp_path, Model(), "two.gguf")
    assert one.fingerprint == two.fingerprint
    assert len(one.fingerprint) == 12
    with one.path.open("r+b") as target:
        target.seek(-1, os.SEEK_END)
        target.write(b"x")
    assert open_gguf(one.path).fingerprint != two.fingerprint


def test_parts_are_found_whichever_is_given(tmp_path: Path) -> None:
    whole = opened(tmp_path, Model(), "whole.gguf")
    Model().write(tmp_path / "model.gguf", split=10)
    parts = sorted(tmp_path.glob("model-*.gguf"))
    assert len(parts) == 3
    for part in parts:
        found = open_gguf(part)
        assert found.paths == parts
        assert found.summary == whole.summary
        source, other = found.source(), whole.source()
        assert source.names == other.names
        assert all(torch.equal(source.rows(name, 0, 2), other.rows(name, 0, 2)) for name in source.names)


def test_parts_that_are_missing_or_of_something_else(tmp_path: Path) -> None:
    Model().write(tmp_path / "model.gguf", split=10)
    first, second, third = sorted(tmp_path.glob("model-*.gguf"))
    kept = second.read_bytes()
    second.unlink()
    with pytest.raises(ModelNotFound, match=r"not all of them are there: model-00002-of-00003\.gguf"):
        open_gguf(third)
    second.write_bytes(third.read_bytes())
    with pytest.raises(WeightsCorrupt, match="isn't the part that its name says"):
        open_gguf(first)
    second.write_bytes(kept[: len(kept) // 2])
    with pytest.raises(WeightsCorrupt, match="model-00002-of-00003"):
        open_gguf(first)
    renamed = first.rename(tmp_path / "renamed.gguf")
    with pytest.raises(WeightsCorrupt, match="a part of 3 files"):
        open_gguf(renamed)


def test_a_file_without_a_vocabulary(tmp_path: Path) -> None:
    model = Model()
    model.vocabulary = lambda writer: 100
    with pytest.raises(TokenizerBroken, match="has no tokens"):
        opened(tmp_path, model)


def test_a_file_that_isn_t_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_gguf(tmp_path / "none.gguf")
    with pytest.raises(OSError):
        open_gguf(tmp_path)


def test_nothing_large_is_imported_to_look_into_a_file(tmp_path: Path) -> None:
    path = Model().write(tmp_path / "model.gguf")
    program = (
        "import sys\nfrom pathlib import Path\nfrom r1widget.engines.weights.gguf.model import open_gguf\n"
        f"found = open_gguf(Path({str(path)!r}))\nfound.summary, found.note, found.generation, found.fingerprint\n"
        "print(*(name for name in ('torch', 'transformers', 'tokenizers', 'numpy', 'gguf') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
