"""Memories of a cache, with contents by which they are known again."""

from __future__ import annotations

import torch
from torch import Tensor

from r1widget.engines.kvcache.cache import Cache
from r1widget.engines.kvcache.paged import PagedCache

CPU = torch.device("cpu")


def write(cache: PagedCache, layer: int, keys: Tensor, values: Tensor, at: int | None = None) -> None:
    """Put keys and values, (heads, count, size), into a cache that has room, behind what it holds or at a position."""
    position = cache.end if at is None else at
    for row in range(keys.shape[1]):
        page, place = divmod(position + row, cache.page)
        cache.pages[page][layer, :, :, place] = torch.stack((keys[:, row], values[:, row]))


def content(cache: PagedCache, layer: int = 0) -> Tensor:
    """What it holds, (2, heads, length, size)."""
    if not cache.pages:
        return torch.empty(2, cache.heads, 0, cache.size, dtype=cache.dtype)
    first = cache.start % cache.page
    return torch.cat([page[layer] for page in cache.pages], 2)[:, :, first : first + cache.length]


def memory(ids: list[int], seed: int = 0) -> Cache:
    """In a tensor a layer."""
    cache = Cache(2, 2, 4, torch.float32, CPU)
    cache.reserve(len(ids))
    generator = torch.Generator().manual_seed(seed)
    for layer in range(2):
        cache.write(layer, *(torch.randn(2, len(ids), 4, generator=generator) for _ in range(2)))
    cache.commit(ids)
    return cache


def paged(page: int = 4) -> PagedCache:
    """An empty one. Its numbers can be told, and a page is small."""
    return PagedCache(1, 1, 1, torch.float32, CPU, page=page)


def numbers(ids: list[int], start: int = 0) -> Tensor:
    """Of each id from `start` on, a number that says what was read up to there, as keys and values do; (1, count, 1)."""
    return torch.tensor([float(hash(tuple(ids[: at + 1])) % 9973) for at in range(start, len(ids))])[None, :, None]


def read_on(cache: PagedCache, ids: list[int]) -> None:
    """What a pass does: read these ids behind what the cache holds."""
    cache.reserve(len(ids))
    new = numbers([*cache.ids, *ids], cache.length)
    write(cache, 0, new, -new)
    cache.commit(ids)


def read(ids: list[int]) -> PagedCache:
    """A memory whose contents say what was read up to there."""
    cache = paged()
    read_on(cache, ids)
    cache.trim()
    return cache
