"""`write`: a checkpoint of Qwen2 or Llama as a GGUF file, with a vocabulary and a chat template. It needs the package `gguf`.

Types that need a search (Q4_K and its like) are made of such a file by llama.cpp itself: `engine_gguf.quantized`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

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
OUTSIDE = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
"""llama.cpp's names (gguf-py, `constants.py`)."""
R1 = "deepseek-r1-qwen"
"""What llama.cpp calls the way in which R1's distillations of Qwen cut a text."""


def write(folder: Path, path: Path, *, kind: str = "BF16", tokenizer: Path | None = None, pre: str = R1) -> None:
    """The checkpoint in `folder`, a tensor at a time in memory; matrices as `kind`: BF16, F16, F32, Q8_0, Q4_0 or Q4_1.

    `tokenizer` is a folder with one, where it isn't to be the checkpoint's own; `pre` is llama.cpp's name for how it cuts.
    """
    import gguf

    config, tensors = json.loads((folder / "config.json").read_text("utf-8")), _tensors(folder)
    architecture, kinds = config["model_type"], gguf.GGMLQuantizationType
    partial = path.with_suffix(".part")
    writer = gguf.GGUFWriter(partial, architecture)
    _describe(writer, config, folder.name)
    known = _add_tokenizer(writer, tokenizer or folder, config["vocab_size"], pre)
    # Vectors (norms and biases) have to be in single precision.
    shapes = {name: read().shape for name, read in tensors.items()}
    stored = {name: kinds.F32 if len(shape) == 1 else kinds[kind] for name, shape in shapes.items()}
    for name, shape in shapes.items():
        weights, size = gguf.GGML_QUANT_SIZES[stored[name]]
        width = "float16" if stored[name] is kinds.F16 else "float32"
        writer.add_tensor_info(
            _name(name), shape, np.dtype(width), shape.numel() // weights * size, raw_dtype=stored[name]
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for name, read in tensors.items():
        tensor = read()
        if architecture == "llama":
            tensor = _paired(name, tensor, config)
        if name == "lm_head.weight":
            tensor[known:] = 0  # an id without a text can't be heard: it is never the likeliest
        if tensor.dtype is torch.bfloat16 and stored[name] is kinds.BF16:
            array = tensor.contiguous().view(torch.uint16).numpy()
        else:
            array = gguf.quants.quantize(tensor.float().contiguous().numpy(), stored[name])
        writer.write_tensor_data(array)
    writer.close()
    partial.rename(path)


def _tensors(folder: Path) -> Mapping[str, Callable[[], Tensor]]:
    from safetensors import safe_open

    index = folder / "model.safetensors.index.json"
    if index.exists():
        where = json.loads(index.read_text("utf-8"))["weight_map"]
    else:
        with safe_open(str(folder / "model.safetensors"), "pt") as single:
            where = dict.fromkeys(single.keys(), "model.safetensors")
    opened: Any = {file: safe_open(str(folder / file), "pt") for file in set(where.values())}

    def reader(name: str, file: str) -> Callable[[], Tensor]:
        return lambda: opened[file].get_tensor(name)

    return {name: reader(name, file) for name, file in where.items()}


def _describe(writer: Any, config: dict[str, Any], name: str) -> None:
    writer.add_name(name)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(config.get("rope_theta") or config["rope_parameters"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    if size := config.get("head_dim"):
        writer.add_key_length(size)
        writer.add_value_length(size)
        writer.add_rope_dimension_count(size)


def _add_tokenizer(writer: Any, folder: Path, size: int, pre: str) -> int:
    """Its tokens, filled up to `size` with ones that stand for nothing, as llama.cpp's converter does; how many have a text."""
    import gguf

    types = gguf.TokenType
    tokenizer, settings = (
        json.loads((folder / name).read_text("utf-8")) for name in ("tokenizer.json", "tokenizer_config.json")
    )
    tokens = {index: (text, types.NORMAL) for text, index in tokenizer["model"]["vocab"].items()}
    for token in tokenizer["added_tokens"]:
        tokens[token["id"]] = (token["content"], types.CONTROL if token["special"] else types.USER_DEFINED)
    ids = {text: index for index, (text, _) in tokens.items()}
    listed = [tokens.get(index, (f"[PAD{index}]", types.UNUSED)) for index in range(size)]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list([text for text, _ in listed])
    writer.add_token_types([kind for _, kind in listed])
    writer.add_token_merges(merges)
    for name, add in (("bos_token", writer.add_bos_token_id), ("eos_token", writer.add_eos_token_id)):
        if token := settings.get(name):
            add(ids[token if isinstance(token, str) else token["content"]])
    writer.add_add_bos_token(bool(settings.get("add_bos_token")))
    if template := settings.get("chat_template"):
        writer.add_chat_template(template)
    return max(tokens) + 1


def _paired(name: str, tensor: Tensor, config: dict[str, Any]) -> Tensor:
    """Rows of queries and keys in the order in which llama.cpp turns Llama's pairs: side by side, not half a head apart."""
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    count = next((count for part, count in heads.items() if f".{part}." in name), None)
    if count is None:
        return tensor
    rest = tensor.shape[1:]
    return tensor.reshape(count, 2, len(tensor) // count // 2, *rest).swapaxes(1, 2).reshape(tensor.shape)


def _name(name: str) -> str:
    if name in OUTSIDE:
        return OUTSIDE[name]
    _, _, layer, part = name.split(".", 3)
    module, _, what = part.rpartition(".")
    return f"blk.{layer}.{PARTS[module]}.{what}"
