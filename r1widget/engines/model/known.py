"""`is_known`: which architectures are run by our own code. Values of a configuration only, so that it can be said without torch."""

from __future__ import annotations

from typing import Any

KNOWN = {"qwen2": "Qwen2", "qwen3": "Qwen3", "llama": "Llama"}
"""transformers' `model_type`, and what its classes are called."""
_ROTATIONS = {"default", "linear", "llama3", "yarn"}
"""Kinds of position that don't change with the length of the text."""


def is_known(config: Any) -> bool:
    """Whether `architectures.assemble` makes the same network of this configuration as transformers does."""
    if config.model_type not in KNOWN or getattr(config, "quantization_config", None):
        return False
    windows = getattr(config, "use_sliding_window", False)
    return config.hidden_act == "silu" and not windows and rotation_of(config) in _ROTATIONS


def rotation_of(config: Any) -> str:
    """The kind of scaling of positions that it asks for; transformers 5 calls it otherwise than 4."""
    asked = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
    return str(asked.get("rope_type", asked.get("type", "default")))
