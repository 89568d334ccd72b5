"""`names_of`, `shapes`: what llama.cpp calls a model's tensors, and transformers; and which of them lie in a file in another order.

llama.cpp turns neighbours of a query or key of Llama (its `rope` of type "norm"), where transformers turns the first half with the
second, so its converter reorders their rows (convert_hf_to_gguf.py, `LlamaModel.permute`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

REORDERED = frozenset({"llama"})
"""Architectures whose queries and keys lie in llama.cpp's order."""

_OUTSIDE = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
_INSIDE = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
"""gguf-py, `tensor_mapping.py`."""
_NORMS = ("attn_norm", "ffn_norm")
_LINEAR = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
_BIASED = {
    "llama": _LINEAR,
    "qwen2": ("attn_q", "attn_k", "attn_v"),
    "qwen3": (),
}
"""Layers that may have a bias in transformers' code for the architecture."""
FACTORS = "rope_freqs.weight"
"""By how much each frequency of the rotation is divided."""
_IGNORED = ("attn_rot_embd.weight",)
"""Left by converters of 2023; nobody reads it."""


def names_of(architecture: str, layers: int) -> dict[str, str]:
    """llama.cpp's names of all tensors that a model of the architecture may have, and transformers' for each."""
    found = {f"{name}.weight": f"{theirs}.weight" for name, theirs in _OUTSIDE.items()}
    for layer in range(layers):
        for name, theirs in _INSIDE.items():
            if not name.endswith(("q_norm", "k_norm")) or architecture == "qwen3":
                found[f"blk.{layer}.{name}.weight"] = f"model.layers.{layer}.{theirs}.weight"
        for name in _BIASED[architecture]:
            found[f"blk.{layer}.{name}.bias"] = f"model.layers.{layer}.{_INSIDE[name]}.bias"
    return found


def shapes(architecture: str, sizes: Mapping[str, int]) -> Iterator[tuple[str, tuple[int, ...], bool]]:
    """llama.cpp's name of each tensor that a model may have, its shape, and whether it must be there.

    `sizes`: `layers`, `hidden`, `inner`, `queries`, `keys`, `head` and `words`.
    """
    hidden, inner, queries, keys = (sizes[name] for name in ("hidden", "inner", "queries", "keys"))
    linear = {
        "attn_q": (queries, hidden),
        "attn_k": (keys, hidden),
        "attn_v": (keys, hidden),
        "attn_output": (hidden, queries),
        "ffn_gate": (inner, hidden),
        "ffn_up": (inner, hidden),
        "ffn_down": (hidden, inner),
    }
    yield "token_embd.weight", (sizes["words"], hidden), True
    yield "output.weight", (sizes["words"], hidden), False
    yield "output_norm.weight", (hidden,), True
    for layer in range(sizes["layers"]):
        for name in _NORMS:
            yield f"blk.{layer}.{name}.weight", (hidden,), True
        for name, shape in linear.items():
            yield f"blk.{layer}.{name}.weight", shape, True
            if name in _BIASED[architecture]:
                yield f"blk.{layer}.{name}.bias", shape[:1], False
        if architecture == "qwen3":
            yield f"blk.{layer}.attn_q_norm.weight", (sizes["head"],), True
            yield f"blk.{layer}.attn_k_norm.weight", (sizes["head"],), True


def is_ignored(name: str) -> bool:
    return name.endswith(_IGNORED)


def is_turned(name: str) -> bool:
    """Whether it makes queries or keys, whose numbers are turned."""
    return name.startswith("blk.") and name.split(".")[2] in ("attn_q", "attn_k")
