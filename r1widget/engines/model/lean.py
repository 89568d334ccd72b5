"""`Lean`: the forward pass of Qwen2, Qwen3 and Llama, over many sequences at once and without transformers' overhead.

transformers' own pass over 28 layers takes 15 to 19 ms a token beside its matrices; this one takes about 3. Its numbers
are the same, which the tests hold for each architecture. Weights come as `Linear`s, of whatever precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import embedding, rms_norm, silu

from ..kvcache.cache import Cache
from ..weights.linears import Linear
from .attention import attend
from .kernels import Steps, steps
from .passes import Piece


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's weights. Norms of queries and keys are Qwen3's."""

    input_layernorm: Tensor
    qkv_proj: Linear
    query_norm: Tensor | None
    key_norm: Tensor | None
    attention_out: Linear
    post_attention_layernorm: Tensor
    gate_up_proj: Linear
    down_proj: Linear


class Lean:
    """A network on one device. `rotary` is transformers' module for the positions, with all its scalings."""

    supports_truncation = True

    def __init__(
        self,
        config: Any,
        embeddings: Tensor,
        layers: Sequence[Layer],
        norm: Tensor,
        head: Linear,
        rotary: Any,
        *,
        dtype: str,
        parameters: int,
        chunk: int,
        stream: torch.dtype,
        cache: torch.dtype,
    ) -> None:
        """`dtype` is what the weights are called; `stream` what flows between the layers, `cache` what is remembered."""
        self.config, self.dtype, self.parameters, self.chunk = config, dtype, parameters, chunk
        self.device = embeddings.device
        self._embeddings, self._layers, self._norm, self._head = embeddings, layers, norm, head
        self._rotary = rotary
        self._stream, self._cache_dtype = stream, cache
        self._epsilon: float = config.rms_norm_eps
        self._heads: int = config.num_attention_heads
        self._key_heads: int = config.num_key_value_heads
        self._size: int = getattr(config, "head_dim", None) or config.hidden_size // self._heads
        self._turns = torch.empty(0, 2, 1, self._size)
        has_steps = Steps.suits(self.device, self._heads, self._key_heads, self._size, stream, cache)
        self._steps = steps() if has_steps else None
        self.kernel = self._steps.about if self._steps is not None else ""
        self._norms = [[None if norm is None else norm.float() for norm in _norms(layer)] for layer in layers]

    def memory(self) -> Cache:
        return Cache(len(self._layers), self._key_heads, self._size, self._cache_dtype, self.device)

    def forward(self, pieces: Sequence[Piece]) -> list[Tensor]:
        counts = [len(piece.ids) for piece in pieces]
        ids = torch.tensor([id for piece in pieces for id in piece.ids], device=self.device)
        x = embedding(ids, self._embeddings).to(self._stream)
        if self._steps is not None:
            normed = self._through_steps(self._steps, x, pieces, counts)
        else:
            normed = self._through_torch(x, pieces, counts)
        if normed is None:
            return [x.new_empty(0, self.config.vocab_size) for _ in pieces]
        logits = self._logits(normed, pieces, counts)
        for piece in pieces:
            piece.memory.commit(piece.ids)
        return logits

    def _through_torch(self, x: Tensor, pieces: Sequence[Piece], counts: list[int]) -> Tensor | None:
        """What comes out of the last layer; None where the pass was abandoned."""
        cosines, sines = self._turn(pieces)
        for number, layer in enumerate(self._layers):
            if is_over(pieces):
                return None
            x = x + self._attention(number, layer, x, pieces, counts, cosines, sines)
            inner = layer.gate_up_proj(self._normed(x, layer.post_attention_layernorm))
            gate, up = inner.chunk(2, -1)
            x = x + layer.down_proj(silu(gate) * up)
        return self._normed(x, self._norm)

    def _through_steps(self, steps: Steps, x: Tensor, pieces: Sequence[Piece], counts: list[int]) -> Tensor | None:
        """The same, all but the linear layers in C. A sum goes together with the norm that follows it."""
        attend = steps.attention(
            [piece.memory for piece in pieces],
            counts,
            self._turns_until(max(piece.memory.length + len(piece.ids) for piece in pieces), torch.float32)[:, :, 0],
            heads=self._heads,
            dtype=self._stream,
            epsilon=self._epsilon,
        )
        is_single = self._stream is torch.float32

        def summed(x: Tensor, added: Tensor | None, weight: Tensor) -> tuple[Tensor, Tensor]:
            if is_single:
                return x, steps.norm(x, added, weight, self._epsilon)
            x = x if added is None else x + added
            return x, self._normed(x, weight)

        added = None
        for number, (layer, norms) in enumerate(zip(self._layers, self._norms, strict=True)):
            if is_over(pieces):
                return None
            x, normed = summed(x, added, layer.input_layernorm)
            added = layer.attention_out(attend(number, layer.qkv_proj(normed), *norms))
            x, normed = summed(x, added, layer.post_attention_layernorm)
            inner = layer.gate_up_proj(normed)
            if is_single:
                gated = steps.gate(inner)
            else:
                gate, up = inner.chunk(2, -1)
                gated = silu(gate) * up
            added = layer.down_proj(gated)
        return summed(x, added, self._norm)[1]

    def _attention(
        self,
        number: int,
        layer: Layer,
        x: Tensor,
        pieces: Sequence[Piece],
        counts: list[int],
        cosines: Tensor,
        sines: Tensor,
    ) -> Tensor:
        mixed = layer.qkv_proj(self._normed(x, layer.input_layernorm))
        mixed = mixed.view(len(mixed), -1, self._size)
        turning, values = mixed.split((self._heads + self._key_heads, self._key_heads), 1)
        if layer.query_norm is not None and layer.key_norm is not None:
            queries, keys = turning.split((self._heads, self._key_heads), 1)
            turning = torch.cat((self._normed(queries, layer.query_norm), self._normed(keys, layer.key_norm)), 1)
        # Su et al. 2021 (arXiv:2104.09864), in the halves that these models pair; the sines of one half are negative.
        turned = torch.addcmul(turning * cosines, turning.roll(self._size // 2, -1), sines)
        seen = []
        at = 0
        for piece, count in zip(pieces, counts, strict=True):
            part = turned[at : at + count]
            keys_so_far, values_so_far = piece.memory.write(
                number, part[:, self._heads :].transpose(0, 1), values[at : at + count].transpose(0, 1)
            )
            seen.append(attend(part[:, : self._heads], keys_so_far, values_so_far))
            at += count
        together = seen[0] if len(seen) == 1 else torch.cat(seen)
        return layer.attention_out(together.reshape(len(x), -1))

    def _logits(self, normed: Tensor, pieces: Sequence[Piece], counts: list[int]) -> list[Tensor]:
        wanted: list[int] = []
        end = 0
        for piece, count in zip(pieces, counts, strict=True):
            end += count
            wanted.extend(range(end - piece.num_logits, end))
        if not wanted:
            return [normed.new_empty(0, self.config.vocab_size) for _ in pieces]
        rows = normed if len(wanted) == len(normed) else normed[wanted]
        logits = self._head(rows).float()
        return list(logits.split([piece.num_logits for piece in pieces]))

    def _normed(self, x: Tensor, weight: Tensor) -> Tensor:
        return rms_norm(x, weight.shape, weight, self._epsilon)

    def _turn(self, pieces: Sequence[Piece]) -> tuple[Tensor, Tensor]:
        """Cosines and sines for each id's position, (ids, 1, size)."""
        table = self._turns_until(max(piece.memory.length + len(piece.ids) for piece in pieces), self._stream)
        starts = [(piece.memory.length, piece.memory.length + len(piece.ids)) for piece in pieces]
        turns = [table[start:end] for start, end in starts]
        both = turns[0] if len(turns) == 1 else torch.cat(turns)
        return both[:, 0], both[:, 1]

    def _turns_until(self, most: int, dtype: torch.dtype) -> Tensor:
        """Cosines and sines, (positions, 2, 1, size), for `most` positions at least. The first half of the sines is
        negative, as it is used."""
        if most > len(self._turns):
            most = -(-most // 4096) * 4096
            cosines, sines = self._rotary(self._embeddings[:1].float(), torch.arange(most, device=self.device)[None])
            sines = torch.cat((-sines[0, :, : self._size // 2], sines[0, :, self._size // 2 :]), -1)
            self._turns = torch.stack((cosines[0], sines), 1)[:, :, None].to(dtype)
        return self._turns


def is_over(pieces: Sequence[Piece]) -> bool:
    """Whether nobody waits for any of them."""
    return all(piece.is_over() for piece in pieces)


def _norms(layer: Layer) -> tuple[Tensor | None, Tensor | None]:
    return layer.query_norm, layer.key_norm
