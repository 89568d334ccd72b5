"""A checkpoint in the shape of DeepSeek-R1-Distill-Qwen-1.5B with random weights: 3.6 GB, to measure speed and memory with.

    python -m benchmarks.checkpoint FOLDER [TOKENIZER]                  TOKENIZER: a folder with R1's own
    python -m benchmarks.checkpoint FOLDER [TOKENIZER] --gguf Q4_K_M    and FOLDER/Q4_K_M.gguf, which llama.cpp makes of it

What such a model writes is noise. That its numbers are as large as a trained model's matters for the error of quantized
weights alone, and there the pocket model is the measure.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from r1widget import pocket

CONFIG: dict[str, Any] = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "vocab_size": 151936,
    "max_position_embeddings": 131072,
    "hidden_act": "silu",
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000,
    "tie_word_embeddings": False,
    "use_sliding_window": False,
    "attention_dropout": 0.0,
    "initializer_range": 0.02,
    "torch_dtype": "bfloat16",
    "bos_token_id": 151646,
    "eos_token_id": 151643,
}
"""Of huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B, config.json."""
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")


def make(folder: Path, *, tokenizer: Path | None = None, config: dict[str, Any] = CONFIG, seed: int = 0) -> Path:
    """Write the checkpoint, unless it is there; a file for each layer, so that only one is in memory at a time.

    `tokenizer` is a folder with R1's own; without it the pocket model's stands in, whose ids are a few of R1's.
    """
    import torch
    from safetensors.torch import save_file

    if (folder / "model.safetensors.index.json").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in TOKENIZER:
        shutil.copy((tokenizer or pocket.path()) / name, folder / name)
    known = _known(folder / "tokenizer.json")
    generator = torch.Generator().manual_seed(seed)
    where: dict[str, str] = {}
    total = 0
    for number, shapes in enumerate(_files(config)):
        tensors = {}
        for name, shape in shapes.items():
            if "norm" in name:
                tensors[name] = torch.ones(shape, dtype=torch.bfloat16)
            else:
                tensors[name] = torch.empty(shape).normal_(0, 0.02, generator=generator).bfloat16()
            if name == "lm_head.weight":
                tensors[name][known:] = 0  # an id without a text can't be heard: it is never the likeliest
            total += tensors[name].nbytes
        file = f"model-{number:05}.safetensors"
        save_file(tensors, str(folder / file), metadata={"format": "pt"})
        where.update(dict.fromkeys(tensors, file))
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    index = {"metadata": {"total_size": total}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    return folder


def _known(tokenizer: Path) -> int:
    """How many ids have a text."""
    described = json.loads(tokenizer.read_text(encoding="utf-8"))
    ids = [*described["model"]["vocab"].values(), *(added["id"] for added in described["added_tokens"])]
    return int(max(ids)) + 1


def _files(config: dict[str, Any]) -> Iterator[dict[str, tuple[int, ...]]]:
    hidden, inner, vocabulary = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    keys = hidden // config["num_attention_heads"] * config["num_key_value_heads"]
    yield {"model.embed_tokens.weight": (vocabulary, hidden)}
    for number in range(config["num_hidden_layers"]):
        attention, mlp = f"model.layers.{number}.self_attn", f"model.layers.{number}.mlp"
        shapes: dict[str, tuple[int, ...]] = {}
        for kind, rows in (("q", hidden), ("k", keys), ("v", keys)):
            shapes[f"{attention}.{kind}_proj.weight"] = (rows, hidden)
            shapes[f"{attention}.{kind}_proj.bias"] = (rows,)
        shapes[f"{attention}.o_proj.weight"] = (hidden, hidden)
        shapes |= {f"{mlp}.{kind}_proj.weight": (inner, hidden) for kind in ("gate", "up")}
        shapes[f"{mlp}.down_proj.weight"] = (hidden, inner)
        shapes[f"model.layers.{number}.input_layernorm.weight"] = (hidden,)
        shapes[f"model.layers.{number}.post_attention_layernorm.weight"] = (hidden,)
        yield shapes
    yield {"model.norm.weight": (hidden,), "lm_head.weight": (vocabulary, hidden)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("tokenizer", type=Path, nargs="?")
    parser.add_argument("--gguf", nargs="+", default=[], metavar="TYPE", help="Q4_K_M, Q4_0, Q8_0, …")
    chosen = parser.parse_args()
    make(chosen.folder, tokenizer=chosen.tokenizer)
    if chosen.gguf:
        from benchmarks import engine_gguf

        if reason := engine_gguf.missing():
            parser.error(reason)
        for kind in chosen.gguf:
            print(engine_gguf.quantized(chosen.folder, kind, tokenizer=chosen.tokenizer))
        (chosen.folder / engine_gguf.PLAIN).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
