"""`Lean`: the forward pass of Qwen2, Qwen3 and Llama, over many sequences at once and without transformers' overhead.

transformers' own pass over 28 layers takes 15 to 19 ms a token beside its matrices; this one takes about 1. Its numbers
are the same, which the tests hold for each architecture. Weights come as `Linear`s, of whatever precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import silu

from ..kvcache.cache import Cache
from ..kvcache.paged import PagedCache
from .attention import attend
from .batch import Batch
from .kernels import Steps, steps
from .network import Chunk, OfTransformer
from .passes import Passes
from .transformer import Layer, RopeCache, Transformer


class Lean(OfTransformer):
    """A network that runs its passes on the CPU in one C call, where that was compiled and the weights are quantized for it; else
    operation by operation, those between the linear layers in C, or all in torch."""

    def __init__(self, transformer: Transformer) -> None:
        super().__init__(transformer)
        suits = Steps.suits(
            transformer.device,
            transformer.num_heads,
            transformer.num_key_heads,
            transformer.head_size,
            transformer.stream,
            transformer.cache_dtype,
        )
        self.steps = steps() if suits else None
        """The compiled steps, where there are some for these shapes."""
        self.passes = Passes(self.steps.library, transformer) if self.steps and Passes.suits(transformer) else None
        """All layers in C, where the linear ones are too."""
        self._rope_cache = RopeCache(transformer, transformer.stream if self.steps is None else torch.float32)
        self._norms = [
            [None if norm is None else norm.float() for norm in _norms(layer)] for layer in transformer.layers
        ]

    @property
    def path(self) -> str:
        if self.device.type != "cpu":
            return f"our own pass on {self.device.type}, without graphs"
        return "our own pass, in torch" if self.steps is None else f"our own pass, compiled ({self.steps.about})"

    def new_cache(self) -> Cache | PagedCache:
        of, kind = self.transformer, Cache if self.steps is None else PagedCache
        return kind(len(of.layers), of.num_key_heads, of.head_size, of.cache_dtype, of.device)

    def forward(self, batch: Sequence[Chunk]) -> list[Tensor]:
        counts = [len(chunk.ids) for chunk in batch]
        x = self.transformer.embed(torch.tensor([id for chunk in batch for id in chunk.ids], device=self.device))
        wanted = _wanted(batch, counts)
        logits = self._logits(x, batch, counts, wanted)
        if logits is None:
            return [x.new_empty(0, self.config.vocab_size) for _ in batch]
        for chunk in batch:
            chunk.cache.commit(chunk.ids)
        return list(logits.split([chunk.num_logits for chunk in batch]))

    def _logits(self, x: Tensor, batch: Sequence[Chunk], counts: list[int], wanted: list[int]) -> Tensor | None:
        """Of the rows that are wanted, float32; None where the pass was abandoned."""
        if self.passes is not None:
            return self.passes(x, self._batch(batch, counts), wanted, partial(is_over, batch))
        if self.steps is not None:
            normed = self._through_steps(self.steps, x, batch, counts)
        else:
            normed = self._through_torch(x, batch, counts)
        if normed is None:
            return None
        if not wanted:
            return normed.new_empty(0, self.config.vocab_size)
        return self.transformer.lm_head(normed if len(wanted) == len(normed) else normed[wanted]).float()

    def _batch(self, batch: Sequence[Chunk], counts: list[int]) -> Batch:
        of, caches = self.transformer, [chunk.cache for chunk in batch]
        rope_cache = self._rope_cache.up_to(_longest(batch))
        return Batch(caches, counts, rope_cache, heads=of.num_heads, dtype=of.stream, epsilon=of.epsilon)

    def _through_torch(self, x: Tensor, batch: Sequence[Chunk], counts: list[int]) -> Tensor | None:
        """What comes out of the last layer; None where the pass was abandoned."""
        of = self.transformer
        cosines, sines = self._rotations(batch)
        for number, layer in enumerate(of.layers):
            if is_over(batch):
                return None
            x = x + self._attention(number, layer, x, batch, counts, cosines, sines)
            inner = layer.gate_up_proj(of.normed(x, layer.post_attention_layernorm))
            gate, up = inner.chunk(2, -1)
            x = x + layer.down_proj(silu(gate) * up)
        return of.normed(x, of.norm)

    def _through_steps(self, steps: Steps, x: Tensor, batch: Sequence[Chunk], counts: list[int]) -> Tensor | None:
        """The same, all but the linear layers in C. A sum goes together with the norm that follows it."""
        of = self.transformer
        attend = steps.attention(self._batch(batch, counts))
        is_single = of.stream is torch.float32

        def summed(x: Tensor, added: Tensor | None, weight: Tensor) -> tuple[Tensor, Tensor]:
            if is_single:
                return x, steps.norm(x, added, weight, of.epsilon)
            x = x if added is None else x + added
            return x, of.normed(x, weight)

        added = None
        for number, (layer, norms) in enumerate(zip(of.layers, self._norms, strict=True)):
            if is_over(batch):
                return None
            x, normed = summed(x, added, layer.input_layernorm)
            added = layer.o_proj(attend(number, layer.qkv_proj(normed), *norms))
            x, normed = summed(x, added, layer.post_attention_layernorm)
            inner = layer.gate_up_proj(normed)
            if is_single:
                gated = steps.gate(inner)
            else:
                gate, up = inner.chunk(2, -1)
                gated = silu(gate) * up
            added = layer.down_proj(gated)
        return summed(x, added, of.norm)[1]

    def _attention(
        self,
        number: int,
        layer: Layer,
        x: Tensor,
        batch: Sequence[Chunk],
        counts: list[int],
        cosines: Tensor,
        sines: Tensor,
    ) -> Tensor:
        of = self.transformer
        mixed = layer.qkv_proj(of.normed(x, layer.input_layernorm))
        mixed = mixed.view(len(mixed), -1, of.head_size)
        rotating, values = mixed.split((of.num_heads + of.num_key_heads, of.num_key_heads), 1)
        if layer.query_norm is not None and layer.key_norm is not None:
            queries, keys = rotating.split((of.num_heads, of.num_key_heads), 1)
            rotating = torch.cat((of.normed(queries, layer.query_norm), of.normed(keys, layer.key_norm)), 1)
        rotated = torch.addcmul(rotating * cosines, rotating.roll(of.head_size // 2, -1), sines)
        seen = []
        at = 0
        for chunk, count in zip(batch, counts, strict=True):
            part = rotated[at : at + count]
            keys_so_far, values_so_far = chunk.cache.write(
                number, part[:, of.num_heads :].transpose(0, 1), values[at : at + count].transpose(0, 1)
            )
            seen.append(attend(part[:, : of.num_heads], keys_so_far, values_so_far))
            at += count
        together = seen[0] if len(seen) == 1 else torch.cat(seen)
        return layer.o_proj(together.reshape(len(x), -1))

    def _rotations(self, batch: Sequence[Chunk]) -> tuple[Tensor, Tensor]:
        """Cosines and sines for each id's position, (ids, 1, size)."""
        table = self._rope_cache.up_to(_longest(batch))
        rows = [table[chunk.cache.length : chunk.cache.length + len(chunk.ids)] for chunk in batch]
        both = rows[0] if len(rows) == 1 else torch.cat(rows)
        return both[:, 0, None], both[:, 1, None]


def _wanted(batch: Sequence[Chunk], counts: list[int]) -> list[int]:
    """The rows whose logits are wanted: the last ones of each chunk."""
    wanted: list[int] = []
    end = 0
    for chunk, count in zip(batch, counts, strict=True):
        end += count
        wanted.extend(range(end - chunk.num_logits, end))
    return wanted


def is_over(batch: Sequence[Chunk]) -> bool:
    """Whether nobody waits for any of them."""
    return all(chunk.is_over() for chunk in batch)


def _longest(batch: Sequence[Chunk]) -> int:
    """How long the longest of the sequences will be after the pass."""
    lengths: list[int] = [chunk.cache.length + len(chunk.ids) for chunk in batch]
    return max(lengths)


def _norms(layer: Layer) -> tuple[Tensor | None, Tensor | None]:
    return layer.query_norm, layer.key_norm
