"""A cache of keys and values, which grows and is trimmed."""

from __future__ import annotations

import torch

from r1widget.engines.kvcache.cache import STEP
from tests.engines.kvcache.memories import memory


def test_a_cache_grows_without_losing_anything() -> None:
    cache = memory(list(range(10)))
    before = cache.keys[0][:, :10].clone()
    cache.reserve(5 * STEP)
    assert cache.capacity >= 10 + 5 * STEP
    assert torch.equal(cache.keys[0][:, :10], before)
    cache.trim()
    assert cache.capacity == STEP
    assert torch.equal(cache.keys[0][:, :10], before)
