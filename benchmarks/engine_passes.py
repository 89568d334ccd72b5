"""`Passes`: single passes of our network, without a scheduler around them: what further rows cost, and what surrounds the linear layers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import torch

from benchmarks.engine_replay import noise
from benchmarks.linears_alone import linears_alone
from r1widget.engines.decode.sampling import Sampler
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings

SPREAD = 4.0
"""The standard deviation of the logits that are sampled from: some dozens of tokens are in the nucleus then."""


class Passes:
    """Behind ids whose keys and values are noise. All figures are milliseconds, the least of repeats that take turns: each
    pass waits for the memory, and another program's moment is longer than what lies between them."""

    def __init__(self, network: Any) -> None:
        self._network = network

    def rows(self, *, counts: Sequence[int], ids: int, repeats: int) -> dict[str, float]:
        """Passes over so many rows of one sequence, with the logits of all, as when guesses are checked."""
        cache = noise(self._network, list(range(ids)))
        cache.reserve(max(counts))

        def over(count: int) -> Callable[[], object]:
            return lambda: self._network.forward([Chunk(cache, [9] * count, count)])

        taken = least({f"rows_{count}": over(count) for count in counts}, repeats, lambda: cache.truncate(ids))
        return taken

    def overhead(self, *, ids: int, repeats: int) -> dict[str, float]:
        """A pass over one id, its linear layers alone, and sampling from it; `overhead` is all but the linear layers."""
        network, sampler = self._network, Sampler(Settings(), 1)
        cache = noise(network, list(range(ids)))
        cache.reserve(1)
        logits: list[Any] = []

        def forward() -> None:
            logits[:] = network.forward([Chunk(cache, [9])])

        forward()
        cache.truncate(ids)
        # Noise makes nearly flat logits, of which most of the vocabulary is in the nucleus. A trained model is as sure as this.
        sure = logits[0][0] * (SPREAD / float(logits[0][0].std()))
        steps = {"linears": linears_alone(network), "pass": forward, "sampling": lambda: sampler(sure)}
        taken = least(steps, repeats, lambda: cache.truncate(ids))
        return {**taken, "overhead": taken["pass"] - taken["linears"] + taken["sampling"]}


def least(works: dict[str, Callable[[], object]], repeats: int, after: Callable[[], object]) -> dict[str, float]:
    """Each one's milliseconds, the least of so many; the first time isn't counted. `after` puts back what one has changed."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    with torch.inference_mode():
        for _ in range(repeats + 1):
            for name, work in works.items():
                start = time.perf_counter()
                work()
                taken[name].append(1000 * (time.perf_counter() - start))
                after()
    return {name: min(values[1:]) for name, values in taken.items()}
