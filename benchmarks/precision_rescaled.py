"""`rescale`: a model that computes the same with other weights, for one whose public weights lie on a grid of few bits already.

Each channel between a norm and the layers behind it, between up and down and between values and output is multiplied by
exp(0.15 · a normal number) on one side and divided by it on the other. That takes the weights off their grid.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

SPREAD = 0.15


def rescale(folder: Path, into: Path, seed: int = 0) -> Path:
    """The Llama or Qwen2 in `folder`, one file of safetensors, as another folder; in bfloat16."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    heads, key_heads = config["num_attention_heads"], config["num_key_value_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads
    chance = torch.Generator().manual_seed(seed)

    def by(count: int) -> Tensor:
        return (SPREAD * torch.randn(count, generator=chance)).exp()

    for number in range(config["num_hidden_layers"]):
        layer = f"model.layers.{number}"
        for norm, behind in (
            ("input_layernorm", [f"self_attn.{kind}_proj" for kind in "qkv"]),
            ("post_attention_layernorm", ["mlp.gate_proj", "mlp.up_proj"]),
        ):
            scales = by(config["hidden_size"])
            weights[f"{layer}.{norm}.weight"] *= scales
            for name in behind:
                weights[f"{layer}.{name}.weight"] /= scales
        scales = by(config["intermediate_size"])
        weights[f"{layer}.mlp.up_proj.weight"] *= scales[:, None]
        weights[f"{layer}.mlp.down_proj.weight"] /= scales
        scales = by(key_heads * size)
        weights[f"{layer}.self_attn.v_proj.weight"] *= scales[:, None]
        if (bias := weights.get(f"{layer}.self_attn.v_proj.bias")) is not None:
            bias *= scales
        each = scales.view(key_heads, 1, size).expand(key_heads, heads // key_heads, size).reshape(-1)
        weights[f"{layer}.self_attn.o_proj.weight"] /= each
    into.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: tensor.bfloat16() for name, tensor in weights.items()}, into / "model.safetensors", {"format": "pt"}
    )
    for file in folder.glob("*.json"):
        shutil.copy(file, into)
    return into
