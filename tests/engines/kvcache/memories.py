"""Memories of a cache, with contents by which they are known again."""

from __future__ import annotations

import torch

from r1widget.engines.kvcache.cache import Cache


def memory(ids: list[int], seed: int = 0) -> Cache:
    cache = Cache(2, 2, 4, torch.float32, torch.device("cpu"))
    cache.reserve(len(ids))
    generator = torch.Generator().manual_seed(seed)
    for layer in range(2):
        cache.write(layer, *(torch.randn(2, len(ids), 4, generator=generator) for _ in range(2)))
    cache.commit(ids)
    return cache


def read(ids: list[int]) -> Cache:
    """A memory whose contents say what was read up to there."""
    cache = Cache(1, 1, 1, torch.float32, torch.device("cpu"))
    cache.reserve(len(ids))
    sums = torch.tensor([float(hash(tuple(ids[: at + 1])) % 9973) for at in range(len(ids))])
    cache.write(0, sums[None, :, None], sums[None, :, None])
    cache.commit(ids)
    return cache.part(0, len(ids))
