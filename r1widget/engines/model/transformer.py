"""`Transformer`: the weights of a decoder-only network and its sizes, which both ways to run a pass (`Lean`, `Graphs`) share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import rms_norm

from ..weights.embeddings import Embeddings
from ..weights.linears import Linear

ROPE_STEP = 4096
"""Positions that the cosines and sines are made for at a time: 2 MB at a head of 128 in float32."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's weights. Norms of queries and keys are Qwen3's."""

    input_layernorm: Tensor
    qkv_proj: Linear
    query_norm: Tensor | None
    key_norm: Tensor | None
    o_proj: Linear
    post_attention_layernorm: Tensor
    gate_up_proj: Linear
    down_proj: Linear


@dataclass(kw_only=True, slots=True)
class Transformer:
    """Embeddings, layers, norm and head of Qwen2, Qwen3 or Llama, on one device."""

    config: Any
    """transformers' configuration of the text model."""
    embeddings: Embeddings
    layers: Sequence[Layer]
    norm: Tensor
    lm_head: Linear
    rotary: Callable[[Tensor], tuple[Tensor, Tensor]]
    """Cosines and sines of positions, with all of transformers' scalings."""
    dtype: str
    """What the weights are called."""
    parameters: int
    chunk_size: int
    """How many ids a pass reads at most when a prompt is long."""
    stream: torch.dtype
    """What flows between the layers."""
    cache_dtype: torch.dtype
    """What keys and values are kept in."""

    # Read once: a pass needs them in every layer, and a configuration of transformers is slow to ask.
    device: torch.device = field(init=False)
    num_heads: int = field(init=False)
    num_key_heads: int = field(init=False)
    head_size: int = field(init=False)
    epsilon: float = field(init=False)

    def __post_init__(self) -> None:
        config = self.config
        self.device = self.embeddings.device
        self.num_heads, self.num_key_heads = config.num_attention_heads, config.num_key_value_heads
        self.head_size = getattr(config, "head_dim", None) or config.hidden_size // self.num_heads
        self.epsilon = config.rms_norm_eps

    @property
    def linears(self) -> list[Linear]:
        """All linear layers, in the order of a pass; the head is the last."""
        each = [(layer.qkv_proj, layer.o_proj, layer.gate_up_proj, layer.down_proj) for layer in self.layers]
        return [*(linear for layer in each for linear in layer), self.lm_head]

    def embed(self, ids: Tensor) -> Tensor:
        """(ids,) to (ids, hidden), in the type of the stream."""
        return self.embeddings(ids).to(self.stream)

    def normed(self, x: Tensor, weight: Tensor) -> Tensor:
        """Root-mean-square norm (Zhang and Sennrich 2019, arXiv:1910.07467)."""
        return rms_norm(x, weight.shape, weight, self.epsilon)


class RopeCache:
    """Cosines and sines of rotary embeddings (Su et al. 2021, arXiv:2104.09864) for every position so far needed."""

    def __init__(self, transformer: Transformer, dtype: torch.dtype) -> None:
        self._transformer, self._dtype = transformer, dtype
        self._table = torch.empty(0, 2, transformer.head_size, dtype=dtype, device=transformer.device)

    def __len__(self) -> int:
        return len(self._table)

    def up_to(self, count: int) -> Tensor:
        """Those of the first `count` positions at least, (positions, 2, size). The first half of the sines is negative, as
        it is used: the halves of a head are what these models pair."""
        if count > len(self._table):
            transformer = self._transformer
            half = transformer.head_size // 2
            positions = torch.arange(-(-count // ROPE_STEP) * ROPE_STEP, device=transformer.device)[None]
            cosines, sines = transformer.rotary(positions)
            sines = torch.cat((-sines[0, :, :half], sines[0, :, half:]), -1)
            self._table = torch.stack((cosines[0], sines), 1).to(self._dtype)
        return self._table
