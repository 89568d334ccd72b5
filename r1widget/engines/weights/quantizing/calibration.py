"""`Calibration`: a short text goes through a model's layers while they are quantised, so that it is known what matters in each.

The text is of this project: reasoning about a few problems (`calibration.txt`). It goes through the layers as they have become, so
that each is fitted to what will really come out of those before it. Our own kernels give the same bits on any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import rms_norm, scaled_dot_product_attention, silu

from ...model.rotary import Rotary
from ..linears.scheme import Linear, Part
from ..source import Source
from .compensation import factors

TEXT = Path(__file__).with_name("calibration.txt")
LENGTH = 512
"""Ids of the text that are read as one."""
MOST = 2048
"""Ids that are read at all. A model of 1.5B takes about 3 ms for each."""


def ids_of(tokenizer: Any) -> list[int]:
    """The text as a model's tokenizer reads it."""
    ids: list[int] = tokenizer.encode(TEXT.read_text(encoding="utf-8"), add_special_tokens=False, verbose=False)
    return ids[:MOST]


class Calibration:
    """Asked for each part of a model in their order: `of` it, before it is packed; and told what it has become, `packed`."""

    def __init__(self, config: Any, source: Source, ids: Callable[[], Sequence[int]]) -> None:
        """`ids` are asked for with the first part: a model that is packed already needs none."""
        self._source, self._config = source, config
        self._read, self._ids = ids, list[int]()
        self._heads, self._key_heads = config.num_attention_heads, config.num_key_value_heads
        self._size = getattr(config, "head_dim", None) or config.hidden_size // self._heads
        self._length = min(LENGTH, config.max_position_embeddings)
        self._stream = self._input = torch.empty(0)

    def of(self, part: Part) -> Mapping[str, Tensor]:
        """What matters in the columns of each of its weights: see `factors`."""
        kind, prefix = part.name.rpartition(".")[2], f"model.layers.{part.layer}"
        if kind == "qkv_proj" and part.layer == 0:
            self._ids = [id for id in self._read() if id < self._config.vocab_size]
        if not self._ids:
            return {}
        if kind == "qkv_proj":
            if part.layer == 0:
                self._stream = self._source.picked("model.embed_tokens.weight", self._ids).float()
            self._input = self._normed(self._stream, f"{prefix}.input_layernorm.weight")
        elif kind == "gate_up_proj":
            self._input = self._normed(self._stream, f"{prefix}.post_attention_layernorm.weight")
        elif part.head:
            self._input = self._normed(self._stream, "model.norm.weight")
        found = factors(self._input)
        return {} if found is None else dict.fromkeys(part.weights, found)

    def packed(self, part: Part, linear: Linear) -> None:
        """The text goes on through it."""
        if not self._ids or part.head:
            return
        kind = part.name.rpartition(".")[2]
        output = linear(self._input)
        if kind == "qkv_proj":
            self._input = self._attended(output, part.layer)
        elif kind == "gate_up_proj":
            gate, up = output.chunk(2, -1)
            self._input = silu(gate) * up
        else:
            self._stream = self._stream + output

    def _attended(self, mixed: Tensor, layer: int) -> Tensor:
        """Queries, keys and values (ids, …) to what the heads see (ids, heads · size)."""
        seen = []
        for piece in mixed.split(self._length):
            heads = piece.view(len(piece), -1, self._size).transpose(0, 1)
            queries, keys, values = heads.split((self._heads, self._key_heads, self._key_heads))
            cosines, sines = Rotary(self._config)(torch.arange(len(piece))[None])
            queries = _turned(self._head_norm(queries, layer, "q_norm"), cosines, sines)
            keys = _turned(self._head_norm(keys, layer, "k_norm"), cosines, sines)
            group = self._heads // self._key_heads
            keys, values = keys.repeat_interleave(group, 0), values.repeat_interleave(group, 0)
            out = scaled_dot_product_attention(queries[None], keys[None], values[None], is_causal=True)[0]
            seen.append(out.transpose(0, 1).reshape(len(piece), -1))
        return torch.cat(seen)

    def _head_norm(self, x: Tensor, layer: int, name: str) -> Tensor:
        full = f"model.layers.{layer}.self_attn.{name}.weight"
        return self._normed(x, full) if full in self._source.names else x

    def _normed(self, x: Tensor, name: str) -> Tensor:
        weight = self._source.rows(name, 0, *self._source.shape(name)).float()
        return rms_norm(x, weight.shape, weight, self._config.rms_norm_eps)


def _turned(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * cosines + torch.cat((-second, first), -1) * sines
