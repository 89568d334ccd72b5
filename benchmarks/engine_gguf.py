"""A checkpoint's weights as GGUF files, at the bits that llama.cpp is measured with. It needs `gguf` and `llama-cpp-python`.

The files hold no vocabulary: what is measured is given ids, and gives ids.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
from pathlib import Path
from typing import Any

PARTS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
PLAIN = "BF16.gguf"
"""What the others are made of; it may go when they are there."""
OUTSIDE = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
"""llama.cpp's names for the architecture `qwen2` (gguf-py, `constants.py`)."""


def missing() -> str:
    """Why llama.cpp can't be measured here, in a sentence; empty where it can."""
    names = [name for name in ("llama_cpp", "gguf") if importlib.util.find_spec(name) is None]
    packages = " ".join(name.replace("llama_cpp", "llama-cpp-python") for name in names)
    return f"llama.cpp is not installed (pip install {packages})." if names else ""


def quantized(folder: Path, bits: str) -> Path:
    """The file `Q8_0` or `Q4_0` of the checkpoint in `folder`; made there, where it isn't yet."""
    path = folder / f"{bits}.gguf"
    if path.exists():
        return path
    import llama_cpp

    plain, partial = folder / PLAIN, folder / f"{bits}.gguf.part"
    if not plain.exists():
        write(folder, plain)
    how = llama_cpp.llama_model_quantize_default_params()
    how.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{bits}")
    failed = llama_cpp.llama_model_quantize(bytes(plain), bytes(partial), ctypes.byref(how))
    if failed:
        raise RuntimeError(f"llama.cpp could not quantize the checkpoint ({failed}).")
    partial.rename(path)
    return path


def write(folder: Path, path: Path) -> None:
    """The checkpoint as it is, in bfloat16; one tensor at a time in memory."""
    import gguf
    from safetensors import safe_open

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    where = json.loads((folder / "model.safetensors.index.json").read_text(encoding="utf-8"))["weight_map"]
    writer = gguf.GGUFWriter(path.with_suffix(".part"), "qwen2")
    _describe(writer, config)
    opened: Any = {file: safe_open(str(folder / file), "pt") for file in set(where.values())}
    plain, single = gguf.GGMLQuantizationType.BF16, gguf.GGMLQuantizationType.F32
    tensors = []
    for name, file in where.items():
        shape = opened[file].get_slice(name).get_shape()
        # Vectors (norms and biases) have to be in single precision.
        kind, width = (single, "float32") if len(shape) == 1 else (plain, "uint16")
        tensors.append((name, file, width))
        size = _numpy(opened[file], name, width).nbytes
        writer.add_tensor_info(_name(name), shape, _numpy(opened[file], name, width).dtype, size, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for name, file, width in tensors:
        writer.write_tensor_data(_numpy(opened[file], name, width))
    writer.close()
    path.with_suffix(".part").rename(path)


def _describe(writer: Any, config: dict[str, Any]) -> None:
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("no_vocab")


def _numpy(file: Any, name: str, width: str) -> Any:
    import torch

    tensor = file.get_tensor(name)
    return tensor.float().numpy() if width == "float32" else tensor.view(torch.uint16).numpy()


def _name(name: str) -> str:
    if name in OUTSIDE:
        return OUTSIDE[name]
    _, _, layer, part = name.split(".", 3)
    module, _, what = part.rpartition(".")
    return f"blk.{layer}.{PARTS[module]}.{what}"
