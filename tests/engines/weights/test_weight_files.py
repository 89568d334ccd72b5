"""Files of weights: what their header says, and each way in which they are damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from r1widget.engines import load
from r1widget.engines.weights import safetensors
from r1widget.errors import (
    WeightsCorrupt,
)
from tests.engines.weights.models import folder, whole

__all__ = ["folder", "whole"]  # fixtures


@pytest.mark.parametrize("keep", [0, 4, 100, 5000, -1])
def test_weights_that_are_cut_off(folder: Path, keep: int) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(WeightsCorrupt, match=r"model\.safetensors .*half downloaded") as caught:
        load(folder)
    assert caught.value.remedy == "Copy the files anew."


def test_weights_with_a_broken_header(folder: Path) -> None:
    file = folder / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[20] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(WeightsCorrupt, match="header that can't be read"):
        load(folder)


def test_no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(WeightsCorrupt, match="mine has no weights"):
        load(folder)


def test_a_missing_part_of_the_weights(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(WeightsCorrupt, match=r"model-00002-of-00002\.safetensors is missing"):
        load(folder)
    (folder / "model.safetensors.index.json").write_text('{"weight', encoding="utf-8")
    with pytest.raises(WeightsCorrupt, match=r"index\.json can't be read"):
        load(folder)


def test_a_missing_tensor(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    tensors = load_file(file)
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, str(file), metadata={"format": "pt"})
    with pytest.raises(WeightsCorrupt, match=r"no tensor.*up_proj"):
        load(folder)


@pytest.mark.filterwarnings("ignore")  # transformers' own report of what doesn't fit
def test_weights_of_another_shape(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["intermediate_size"] = 64
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(WeightsCorrupt, match=r"other shapes|of another shape"):
        load(folder)


def test_weights_that_are_no_numbers(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    tensors = load_file(file)
    tensors["model.norm.weight"] = torch.full_like(tensors["model.norm.weight"], torch.nan)
    save_file(tensors, str(file), metadata={"format": "pt"})
    with pytest.raises(WeightsCorrupt, match="computes no numbers"):
        load(folder)


def test_what_is_in_a_file_is_read_from_its_header(whole: Path) -> None:
    contents = safetensors.read(safetensors.files(whole))
    model = AutoModelForCausalLM.from_pretrained(whole)
    assert contents.parameters == contents.float_parameters == sum(part.numel() for part in model.parameters())
    assert contents.other_bytes == 0
