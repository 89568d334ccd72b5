"""`Batch`: the sequences of one pass as the C sources see them (`attention.h`): where their pages are, and what is new."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import torch
from torch import Tensor

from ..kvcache.paged import PagedCache

_POINTER, _INT64 = ctypes.c_void_p, ctypes.c_int64


class _Sequence(ctypes.Structure):
    _fields_ = [("pages", _POINTER), ("start", _INT64), ("count", _INT64)]


class _Batch(ctypes.Structure):
    _fields_ = [
        ("sequences", _POINTER),
        ("rope_cache", _POINTER),
        ("n", _INT64),
        ("page_bits", ctypes.c_int32),
        ("heads", ctypes.c_int32),
        ("key_heads", ctypes.c_int32),
        ("size", ctypes.c_int32),
        ("cache_bf16", ctypes.c_int32),
        ("stream_bf16", ctypes.c_int32),
        ("epsilon", ctypes.c_float),
    ]


class Batch:
    """Which caches, and how many new positions of each. Good until a cache changes."""

    def __init__(
        self,
        caches: Sequence[PagedCache],
        counts: Sequence[int],
        rope_cache: Tensor,
        *,
        heads: int,
        dtype: torch.dtype,
        epsilon: float,
    ) -> None:
        """`rope_cache` are cosines and sines, (positions, 2, size), float32, the first half of the sines negative; `heads`
        those of the queries; `dtype` what flows between the layers. `ValueError` where a cache lacks room."""
        one = caches[0]
        for cache, count in zip(caches, counts, strict=True):
            if not 0 <= count <= min(cache.room, len(rope_cache) - cache.length):
                raise ValueError(f"there is no room for {count} positions behind {cache.length}")
        self.rows, self.dtype = sum(counts), dtype
        self.heads, self.key_heads, self.size = heads, one.heads, one.size
        # ctypes would not keep what a structure points to.
        self._addresses = [cache.addresses() for cache in caches]
        self._sequences = (_Sequence * len(caches))(
            *(
                _Sequence(ctypes.addressof(addresses), cache.length, count)
                for cache, count, addresses in zip(caches, counts, self._addresses, strict=True)
            )
        )
        self._rope_cache = rope_cache
        self._described = _Batch(
            ctypes.addressof(self._sequences),
            rope_cache.data_ptr(),
            len(caches),
            one.page.bit_length() - 1,
            heads,
            one.heads,
            one.size,
            one.dtype is torch.bfloat16,
            dtype is torch.bfloat16,
            epsilon,
        )
        self.address = ctypes.addressof(self._described)
