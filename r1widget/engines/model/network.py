"""`Network` and `Chunk`: who can make a pass over the weights, and what one is given.

A pass reads chunks of any number of sequences at once: parts of prompts, single new ids, ids with draft tokens behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor

from .transformer import Transformer


class KVCache(Protocol):
    """The keys and values that a network keeps of one sequence."""

    ids: list[int]
    """What was read, so that another sequence can tell how much of it is its own beginning too."""

    @property
    def length(self) -> int: ...
    @property
    def bytes(self) -> int:
        """RAM, or a GPU's, that it takes, the room ahead and what it shares included."""
        ...

    @property
    def pieces(self) -> dict[int, int]:
        """The same in pieces, bytes by identity: caches that share a piece of memory have it both."""
        ...

    def reserve(self, count: int) -> None:
        """Make room ahead of a pass, so that one sequence's lack of memory is not the others'."""
        ...

    def truncate(self, length: int) -> None:
        """Forget everything from `length` on."""
        ...

    def copy(self, length: int, room: int = 0) -> KVCache:
        """The first ids, in a cache to read into, with room for so many more. It may be the same memory, in which neither
        changes what the other has."""
        ...

    def part(self, start: int, end: int) -> KVCache:
        """What was read of the ids from `start` to `end`, alone, without room ahead: to be kept, and to `extend` with."""
        ...

    def extend(self, part: Any, count: int) -> None:
        """Put the first ids of a `part` behind these."""
        ...

    def trim(self) -> None:
        """Give back the room ahead: nobody writes here for now."""
        ...


def held_bytes(caches: Iterable[KVCache]) -> int:
    """Memory that they take together: what several share counts once."""
    pieces: dict[int, int] = {}
    for cache in caches:
        pieces |= cache.pieces
    return sum(pieces.values())


def never() -> bool:
    return False


class Chunk(NamedTuple):
    """Ids that follow what `cache` holds."""

    cache: Any  # the network's own kind of `KVCache`
    ids: Sequence[int]
    num_logits: int = 1
    """For how many of the last ids the logits are wanted: each says what comes after it."""
    is_over: Callable[[], bool] = never
    """Whether nobody waits for it any more. A pass looks between its layers, and is abandoned when all its chunks are over:
    128 ids take 1.5B weights half a second on two cores, and a layer 20 ms."""


class Network(Protocol):
    """A causal language model's weights on a device."""

    @property
    def config(self) -> Any:
        """transformers' configuration of the text model."""

    @property
    def parameters(self) -> int: ...
    @property
    def dtype(self) -> str: ...
    @property
    def device(self) -> torch.device: ...
    @property
    def chunk_size(self) -> int:
        """How many ids a pass reads at most when a prompt is long."""

    @property
    def supports_truncation(self) -> bool:
        """Whether a cache can be cut back and copied: what draft tokens and kept prefixes need."""

    @property
    def path(self) -> str:
        """How passes run, in a few words."""

    def new_cache(self) -> KVCache:
        """An empty one."""
        ...

    def forward(self, batch: Sequence[Chunk]) -> list[Tensor]:
        """Read the chunks; each one's logits, (num_logits, vocabulary), float32. One that is over may get none, (0, vocabulary):
        then its cache hasn't changed. When it raises, no cache has."""
        ...


class OfTransformer:
    """What a network says of itself where its weights are a `Transformer`."""

    supports_truncation = True

    def __init__(self, transformer: Transformer) -> None:
        self.transformer = transformer

    @property
    def config(self) -> Any:
        return self.transformer.config

    @property
    def parameters(self) -> int:
        return self.transformer.parameters

    @property
    def dtype(self) -> str:
        return self.transformer.dtype

    @property
    def device(self) -> torch.device:
        return self.transformer.device

    @property
    def chunk_size(self) -> int:
        return self.transformer.chunk_size
