"""The pocket model as a GGUF file, which llama.cpp's servers read: its weights, its tokenizer, its chat template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MODEL = Path(__file__).parents[4] / "r1widget" / "pocket" / "model"

_PARTS = {
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


def write_gguf(path: Path) -> None:
    """Write it. The names are llama.cpp's for the architecture `qwen2` (gguf-py, `constants.py`)."""
    import gguf
    from safetensors.numpy import load_file

    config = _json("config.json")
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_name("pocket")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    _add_tokenizer(writer, gguf.TokenType)
    for name, weight in load_file(MODEL / "model.safetensors").items():
        # llama.cpp wants vectors (norms and biases) in single precision.
        writer.add_tensor(_name(name), weight.astype("float32" if weight.ndim == 1 else "float16"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: Any, types: Any) -> None:
    tokenizer, settings = _json("tokenizer.json"), _json("tokenizer_config.json")
    tokens = {index: (text, types.NORMAL) for text, index in tokenizer["model"]["vocab"].items()}
    for token in tokenizer["added_tokens"]:
        tokens[token["id"]] = (token["content"], types.CONTROL if token["special"] else types.USER_DEFINED)
    ids = {text: index for index, (text, _) in tokens.items()}
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([tokens[index][0] for index in sorted(tokens)])
    writer.add_token_types([tokens[index][1] for index in sorted(tokens)])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(ids[settings["bos_token"]])
    writer.add_eos_token_id(ids[settings["eos_token"]])
    writer.add_add_bos_token(False)
    writer.add_chat_template(settings["chat_template"])


def _name(name: str) -> str:
    outside = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    if name in outside:
        return outside[name]
    _, _, layer, part = name.split(".", 3)
    module, _, what = part.rpartition(".")
    return f"blk.{layer}.{_PARTS[module]}.{what}"


def _json(name: str) -> Any:
    return json.loads((MODEL / name).read_text(encoding="utf-8"))
