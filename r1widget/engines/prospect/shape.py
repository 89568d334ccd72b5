"""How large a model is, from its configuration alone; and the configurations of R1's distills, which are known before anything
is downloaded (their config.json on the hub, 2026-11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any

from ..model.known import KNOWN
from ..weights.precision import type_on_cpu
from ..weights.safetensors import Contents


def _qwen(hidden: int, inner: int, layers: int, heads: int, key_heads: int, words: int = 152064) -> dict[str, Any]:
    return _known("qwen2", hidden, inner, layers, heads, key_heads, words)


def _llama(hidden: int, inner: int, layers: int, heads: int) -> dict[str, Any]:
    return _known("llama", hidden, inner, layers, heads, 8, 128256)


def _known(kind: str, hidden: int, inner: int, layers: int, heads: int, key_heads: int, words: int) -> dict[str, Any]:
    return {
        "model_type": kind,
        "hidden_act": "silu",
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": key_heads,
        "vocab_size": words,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    }


_R1 = "deepseek-ai/DeepSeek-R1-Distill-"
CONFIGS: Mapping[str, Mapping[str, Any]] = {
    f"{_R1}Qwen-1.5B": _qwen(1536, 8960, 28, 12, 2, 151936),
    f"{_R1}Qwen-7B": _qwen(3584, 18944, 28, 28, 4),
    f"{_R1}Qwen-14B": _qwen(5120, 13824, 48, 40, 8),
    f"{_R1}Qwen-32B": _qwen(5120, 27648, 64, 40, 8),
    f"{_R1}Llama-8B": _llama(4096, 14336, 32, 32),
    f"{_R1}Llama-70B": _llama(8192, 28672, 80, 64),
}
"""By their names on the hub."""
BYTES = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}


def width_of(dtype: str, device: str, contents: Contents, types: Collection[str] = ()) -> int:
    """Bytes of a number, as `choosing.type_for` has it. `types` are a GGUF file's."""
    if dtype == "auto":
        dtype = type_on_cpu(contents.parameters, types) if device == "cpu" else "bfloat16"
    return BYTES.get(dtype, 2)


def read_config(data: Mapping[str, Any]) -> SimpleNamespace:
    """As transformers has one, as far as it is asked for here: of a model that also sees, that of its text."""
    nested = data.get("text_config")
    text = {**data, **nested} if isinstance(nested, Mapping) else dict(data)
    return SimpleNamespace(**{"model_type": "", "hidden_act": "", "tie_word_embeddings": False, **text})


def contents_of(config: Any) -> Contents | None:
    """What its weights files will hold; None where nobody knows, as of architectures that aren't known here."""
    if config.model_type not in KNOWN or getattr(config, "quantization_config", None):
        return None
    try:
        count = _count(config)
    except (AttributeError, TypeError, ZeroDivisionError):  # something isn't said, or is no number
        return None
    return Contents(count, count, 0)


def _count(config: Any) -> int:
    hidden, heads = config.hidden_size, config.num_attention_heads
    size = getattr(config, "head_dim", None) or hidden // heads
    key_heads = getattr(config, "num_key_value_heads", None) or heads
    queries, keys = heads * size, 2 * key_heads * size
    layer = hidden * (queries + keys) + queries * hidden + 3 * hidden * config.intermediate_size + 2 * hidden
    if config.model_type == "qwen2":
        layer += queries + keys
    elif getattr(config, "attention_bias", False):
        layer += queries + keys + hidden
    if config.model_type == "qwen3":
        layer += 2 * size
    tables = config.vocab_size * hidden * (1 if config.tie_word_embeddings else 2)
    return int(tables + config.num_hidden_layers * layer + hidden)
