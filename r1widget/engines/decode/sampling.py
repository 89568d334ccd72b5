"""`Sampler`: logits in, the next token's id out. Temperature and top-p, with a random generator of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Set

import torch
from torch import Tensor

from ...conversation.alternatives import MOST, Alternative
from ...errors import EngineError
from ...settings import Settings
from .. import Score
from .scans import sums, top

CANDIDATES = 256
"""How many tokens are looked at first. At temperature 0.6 and top-p 0.95 the nucleus is nearly always far smaller, and to
pick 256 of 151,936 takes 0.1 ms where sorting all takes 13 ms. Where they don't hold the nucleus, its edge is searched for."""
BUCKET = 15
"""Bits of a share that are left out in the search for that edge: what differs by less than 1 in 256 is in one bucket. The one at the
edge is sorted: a few hundred tokens at most times."""
COLDEST = 1e-4
"""Below it a temperature is no number that single precision can divide by; the most probable token is taken."""


class Sampler:
    """Draws tokens with a turn's settings. The same seed draws the same numbers, whatever else runs in the process."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self._temperature = settings.temperature
        self._top_p = settings.top_p
        self._generator = torch.Generator().manual_seed(seed)

    def __call__(self, logits: Tensor, without: Set[int] = frozenset()) -> tuple[int, Score]:
        """The id drawn from `logits`, of shape (vocabulary,), none of `without`, and its score. One random number is used for a token, so
        that streams align: the n-th token of a reply is always drawn with the n-th number."""
        logits = logits.float()
        values, ids = top(logits, MOST)
        best = float(values[0])
        total, mean = sums(logits, best)
        if not math.isfinite(total):
            raise EngineError("The model computes no numbers any more.", 'Try again, or load it with dtype="float32".')
        allowed = logits
        if without:
            allowed = logits.clone()
            allowed[[id for id in without if id < len(logits)]] = -math.inf
        id = int(top(allowed, 1)[1]) if self._temperature < COLDEST else self._draw(allowed)
        return id, score(id, float(logits[id]), best, total, mean, zip(ids.tolist(), values.tolist(), strict=True))

    def _draw(self, logits: Tensor) -> int:
        ids, shares = nucleus(logits, self._temperature, self._top_p)
        drawn = torch.rand(1, generator=self._generator, dtype=torch.float64)
        place = int(torch.searchsorted(shares.cumsum(0), drawn, right=True))
        return int(ids[min(place, len(ids) - 1)])


def nucleus(logits: Tensor, temperature: float, top_p: float) -> tuple[Tensor, Tensor]:
    """The smallest set of tokens that holds `top_p` of the probability, and their shares of it, on the CPU.

    `logits` has shape (vocabulary,); the ids are int64 and the shares float64 with sum 1. Equal to transformers'
    `TemperatureLogitsWarper` followed by `TopPLogitsWarper`, but for the sum of float32 shares at the edge.
    """
    logits = logits.float()
    if top_p < 1:
        values, ids = top(logits, CANDIDATES)
        best = float(values[0])
        total, _ = sums(logits, best, temperature)
        shares = ((values.double() - best) / temperature).exp() / total
    if top_p == 1 or float(shares.sum()) < top_p:
        every = torch.softmax(logits / temperature, -1).cpu()  # Apple's GPU has no double precision
        found, ids = (every, torch.arange(len(every))) if top_p == 1 else _by_edge(every, top_p)
        shares = found.double()
    if top_p < 1:
        kept = max(1, int((shares.cumsum(0) - shares < top_p).sum()))
        shares, ids = shares[:kept], ids[:kept]
    return ids, shares / shares.sum()


def _by_edge(shares: Tensor, top_p: float) -> tuple[Tensor, Tensor]:
    """The tokens of a large nucleus and a few more, with those at its edge in order behind all others."""
    buckets = shares.view(torch.int32) >> BUCKET  # numbers above 0 are in the order of their bits
    held = torch.bincount(buckets, weights=shares.double())
    edge = len(held) - 1 - int((held.flip(0).cumsum(0) < top_p).sum())
    sure, near = (buckets > edge).nonzero()[:, 0], (buckets == edge).nonzero()[:, 0]
    ids = torch.cat((sure, near[shares[near].argsort(descending=True, stable=True)]))
    return shares[ids], ids


def score(
    id: int, logit: float, best: float, total: float, mean: float, likeliest: Iterable[tuple[int, float]]
) -> Score:
    """What the distribution at temperature 1 says of `id`, whose logit is given: `best` is the largest one, `total` and `mean` are their
    `sums`, and the `likeliest` are the first ids with their logits. The texts of alternatives are for who has the tokenizer."""
    of_all = math.log(total)
    # −Σ p log p, with log p = logit − best − log total.
    found = Score(id, min(0.0, logit - best - of_all), max(0.0, of_all - mean / total))
    if found.is_sure:
        return found
    each = ((one, min(0.0, value - best - of_all)) for one, value in likeliest if value > -math.inf)
    return found._replace(alternatives=tuple(Alternative(one, share) for one, share in each))
