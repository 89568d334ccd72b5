"""Writes a trained network as a folder that transformers loads: config, generation config, half-precision weights."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from .network import Network, as_qwen2
from .tokenizer import LONGEST


def export(network: Network, folder: Path, begin: int, end: int) -> None:
    """Writes `network` into `folder`; `begin` and `end` are the ids of the control tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = network.shape
    config = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "hidden_act": "silu",
        "max_position_embeddings": LONGEST,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "tie_word_embeddings": True,
        "attention_dropout": 0.0,
        "use_sliding_window": False,
        "bos_token_id": begin,
        "eos_token_id": end,
        "pad_token_id": end,
        "torch_dtype": "float16",
    }
    generation = {
        "bos_token_id": begin,
        "eos_token_id": end,
        "pad_token_id": end,
        "do_sample": True,
        "temperature": 0.6,
        "top_p": 0.95,
    }
    for name, content in (("config.json", config), ("generation_config.json", generation)):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    weights = {name: weight.to(torch.float16).cpu().contiguous() for name, weight in as_qwen2(network).items()}
    save_file(weights, str(folder / "model.safetensors"), metadata={"format": "pt"})
