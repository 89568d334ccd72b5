"""`Rotary`: by how much each pair of numbers of a query or key is turned at a position (Su et al. 2021, arXiv:2104.09864).

transformers has a module for it beside each model; to import one takes 1.4 s and 100 MB, so only its functions for
the scalings are used, where a configuration asks for one.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .known import rotation_of


class Rotary:
    """Called with positions (1, count) from 0 on."""

    def __init__(self, config: Any) -> None:
        self._scale = 1.0
        kind = rotation_of(config)
        if kind == "default":
            self._frequencies = _plain(config)
        else:
            from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

            self._frequencies, self._scale = ROPE_INIT_FUNCTIONS[kind](config, torch.device("cpu"))
        factors = getattr(config, "rope_factors", None)
        if factors is not None:  # a GGUF file's, in place of a scaling's parameters
            self._frequencies = self._frequencies / torch.tensor(factors)

    def to(self, device: torch.device | str) -> Rotary:
        self._frequencies = self._frequencies.to(device)
        return self

    def __call__(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines, each (1, count, size) in float32; both halves of a row are alike."""
        angles = torch.outer(positions[0].float(), self._frequencies.float().to(positions.device)).repeat(1, 2)[None]
        return angles.cos() * self._scale, angles.sin() * self._scale


def _plain(config: Any) -> Tensor:
    asked = getattr(config, "rope_parameters", None) or {}
    base = asked.get("rope_theta", getattr(config, "rope_theta", None) or 10_000.0)
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    frequencies: Tensor = 1.0 / (base ** (torch.arange(0, size, 2, dtype=torch.float32) / size))
    return frequencies
