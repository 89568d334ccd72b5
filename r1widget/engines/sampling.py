"""`Sampler`: logits in, the next token's id out. Temperature and top-p, with a random generator of its own."""

from __future__ import annotations

import torch
from torch import Tensor

from ..errors import EngineError
from ..settings import Settings

CANDIDATES = 256
"""How many tokens are looked at first. At temperature 0.6 and top-p 0.95 the nucleus is nearly always far smaller, and to
pick 256 of 151,936 takes 0.3 ms where sorting all takes 13 ms. Where they don't hold the nucleus, all are sorted."""
COLDEST = 1e-4
"""Below it a temperature is no number that single precision can divide by; the most probable token is taken."""


class Sampler:
    """Draws tokens with a turn's settings. The same seed draws the same numbers, whatever else runs in the process."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self._temperature = settings.temperature
        self._top_p = settings.top_p
        self._generator = torch.Generator().manual_seed(seed)

    def __call__(self, logits: Tensor) -> int:
        """The id drawn from `logits`, of shape (vocabulary,). One random number is used a token, so that streams align."""
        best = int(logits.argmax())
        if not bool(logits[best].isfinite()):
            raise EngineError("The model computes no numbers any more.", 'Try again, or load it with dtype="float32".')
        if self._temperature < COLDEST:
            return best
        ids, shares = nucleus(logits, self._temperature, self._top_p)
        drawn = torch.rand(1, generator=self._generator, dtype=torch.float64)
        place = int(torch.searchsorted(shares.cumsum(0), drawn, right=True))
        return int(ids[min(place, len(ids) - 1)])


def nucleus(logits: Tensor, temperature: float, top_p: float) -> tuple[Tensor, Tensor]:
    """The smallest set of tokens that holds `top_p` of the probability, and their shares of it, on the CPU.

    `logits` has shape (vocabulary,); the ids are int64, most probable first, and the shares float64 with sum 1. Equal to
    transformers' `TemperatureLogitsWarper` followed by `TopPLogitsWarper`.
    """
    shares = torch.softmax(logits.float() / temperature, -1)
    top, ids = shares.topk(min(CANDIDATES, shares.numel()))
    if top_p == 1 or float(top.sum()) < top_p:
        top, ids = shares.sort(descending=True)
    top, ids = top.cpu().double(), ids.cpu()
    if top_p < 1:
        before = top.cumsum(0) - top
        kept = max(1, int((before < top_p).sum()))
        top, ids = top[:kept], ids[:kept]
    return ids, top / top.sum()
