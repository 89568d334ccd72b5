"""`Sampler`: logits in, the next token's id out. Temperature and top-p, with a random generator of its own."""

from __future__ import annotations

import math
from collections.abc import Set

import torch
from torch import Tensor

from ...conversation.alternatives import MOST, Alternative
from ...errors import EngineError
from ...settings import Settings
from .. import Score

CANDIDATES = 256
"""How many tokens are looked at first. At temperature 0.6 and top-p 0.95 the nucleus is nearly always far smaller, and to
pick 256 of 151,936 takes 0.3 ms where sorting all takes 13 ms. Where they don't hold the nucleus, its edge is searched for."""
HALVINGS = 12
"""Of the search for that edge. What is left between the halves is sorted: a few hundred tokens at most times."""
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
        best = int(logits.argmax())
        if not bool(logits[best].isfinite()):
            raise EngineError("The model computes no numbers any more.", 'Try again, or load it with dtype="float32".')
        allowed = logits
        if without:
            allowed = logits.clone()
            allowed[[id for id in without if id < len(logits)]] = -math.inf
        id = int(allowed.argmax()) if self._temperature < COLDEST else self._draw(allowed)
        return id, score(logits, id, best)

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
    shares = torch.softmax(logits.float() / temperature, -1)
    if top_p == 1:
        top, ids = shares, torch.arange(len(shares))
    else:
        top, ids = shares.topk(min(CANDIDATES, len(shares)))
        if float(top.sum()) < top_p:
            top, ids = _by_edge(shares, top_p)
        top, ids = top.cpu(), ids.cpu()  # Apple's GPU has no double precision
        before = top.double().cumsum(0) - top
        kept = max(1, int((before < top_p).sum()))
        top, ids = top[:kept], ids[:kept]
    top = top.cpu().double()
    return ids.cpu(), top / top.sum()


def _by_edge(shares: Tensor, top_p: float) -> tuple[Tensor, Tensor]:
    """The tokens of a large nucleus and a few more, with those at its edge in order behind all others."""
    low, high = (
        0.0,
        float(shares.max()) * (1 + 1e-6),
    )  # those from `high` on hold less than top_p, those from `low` on more
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if float(shares.masked_fill(shares < middle, 0).sum()) < top_p:
            high = middle
        else:
            low = middle
    sure = (shares >= high).nonzero()[:, 0]
    edge = ((shares >= low) & (shares < high)).nonzero()[:, 0]
    ids = torch.cat((sure, edge[shares[edge].argsort(descending=True)]))
    return shares[ids], ids


def score(logits: Tensor, id: int, best: int) -> Score:
    """What the distribution at temperature 1 says of `id`; `best` is its most probable token. 0.1 ms for 151,936, and as much again
    for the alternatives of one that isn't sure (two cores). Their texts are for who has the tokenizer."""
    shifted = logits - logits[best]
    weights = shifted.exp()
    total = weights.sum()
    # −Σ p log p with log p = shifted − log total; where a logit is −∞, its weight is 0 and 0 · −∞ must count as 0.
    mean = torch.dot(weights, shifted.clamp(min=-1e4)) / total
    values = torch.stack((shifted[id] - total.log(), total.log() - mean)).tolist()
    found = Score(id, min(0.0, values[0]), max(0.0, values[1]))
    return found if found.is_sure else found._replace(alternatives=_likeliest(shifted, float(total)))


def _likeliest(shifted: Tensor, total: float) -> tuple[Alternative, ...]:
    """The first few of a distribution: logits less the largest of them, and the sum of their weights."""
    top, ids = shifted.topk(min(MOST, len(shifted)))
    of_all = math.log(total)
    each = zip(ids.tolist(), top.tolist(), strict=True)
    return tuple(Alternative(id, min(0.0, value - of_all)) for id, value in each if value > -math.inf)
