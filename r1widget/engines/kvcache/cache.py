"""`Cache`: the keys and values of one sequence in a tensor a layer, as torch's attention reads them.

The tensors are allocated ahead and grow by half. Where our own kernels read, a sequence has a `PagedCache` instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

STEP = 256
"""Capacities are multiples of it: a token takes 28 kB at 1.5B, so that at most 7 MB are empty in a short sequence."""


class Cache:
    """What a model remembers of the ids that it has read.

    `keys` and `values` hold, for each layer, a tensor of shape (heads, capacity, size); the first `length` places are
    in use. A layer writes its new keys and values behind them while a pass runs, and `commit` makes them count at its
    end: a pass that fails half-way leaves the cache as it was.
    """

    def __init__(self, layers: int, heads: int, size: int, dtype: torch.dtype, device: torch.device) -> None:
        empty = torch.empty(heads, 0, size, dtype=dtype, device=device)
        self.keys: list[Tensor] = [empty] * layers
        self.values: list[Tensor] = [empty] * layers
        self.ids: list[int] = []
        """What was read, so that another sequence can tell how much of it is its own beginning too."""

    @property
    def length(self) -> int:
        return len(self.ids)

    @property
    def capacity(self) -> int:
        return self.keys[0].shape[1]

    @property
    def bytes(self) -> int:
        """Memory that it takes, the room ahead included."""
        return sum(tensor.nbytes for tensor in (*self.keys, *self.values))

    @property
    def pieces(self) -> dict[int, int]:
        """Nobody shares it."""
        return {id(self): self.bytes}

    def reserve(self, count: int) -> None:
        """Make room for `count` more ids. Layer by layer, so that only one is there twice."""
        needed = self.length + count
        if needed > self.capacity:
            self._resize(-(-max(needed, self.length * 3 // 2) // STEP) * STEP)

    def write(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Put new keys and values, of shape (heads, count, size), behind the others; all of them, as views."""
        start, end = self.length, self.length + keys.shape[1]
        all_keys, all_values = self.keys[layer], self.values[layer]
        all_keys[:, start:end] = keys
        all_values[:, start:end] = values
        return all_keys[:, :end], all_values[:, :end]

    def commit(self, ids: Sequence[int]) -> None:
        """The pass that wrote these ids has ended well."""
        self.ids.extend(ids)

    def truncate(self, length: int) -> None:
        """Forget everything from `length` on."""
        del self.ids[length:]

    def copy(self, length: int, room: int = 0) -> Cache:
        """The first `length` ids in a cache of its own. Safe while another thread's pass writes behind them."""
        other = self._alike(self.ids[:length])
        other._resize(-(-(length + room) // STEP) * STEP)
        return other

    def part(self, start: int, end: int) -> Cache:
        """What was read of these ids, alone, without room ahead."""
        other = self._alike(self.ids[start:end])
        other.keys = [tensor[:, start:end].clone() for tensor in self.keys]
        other.values = [tensor[:, start:end].clone() for tensor in self.values]
        return other

    def extend(self, part: Cache, count: int) -> None:
        """Put the first `count` ids of a part behind these."""
        self.reserve(count)
        for layer, (keys, values) in enumerate(zip(part.keys, part.values, strict=True)):
            self.write(layer, keys[:, :count], values[:, :count])
        self.commit(part.ids[:count])

    def trim(self) -> None:
        """Give back the room ahead, where that is worth a copy."""
        smallest = -(-self.length // STEP) * STEP
        if self.capacity > smallest * 9 // 8:
            self._resize(smallest)

    def _alike(self, ids: list[int]) -> Cache:
        """Another one with these ids, and for now with the same tensors."""
        other = Cache.__new__(Cache)
        other.keys, other.values, other.ids = list(self.keys), list(self.values), ids
        return other

    def _resize(self, capacity: int) -> None:
        for tensors in (self.keys, self.values):
            for layer, old in enumerate(tensors):
                new = old.new_empty(old.shape[0], capacity, old.shape[2])
                new[:, : self.length] = old[:, : self.length]
                tensors[layer] = new
