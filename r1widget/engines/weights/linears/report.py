"""How far quantised weights are from the ones they stand for: of one layer's output, and of a model's logits."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Comparison(NamedTuple):
    """Of one model's logits with another's, over the same tokens."""

    error: float
    """Norm of the difference by the norm of the reference's, each row less its mean, which changes no probability."""
    divergence: float
    """Kullback–Leibler divergence of the reference from the other, in nats, mean over rows."""
    agreement: float
    """Share of rows whose likeliest token is the same."""


def compare(logits: Tensor, reference: Tensor) -> Comparison:
    """Compare logits (n, vocabulary) with those of a reference."""
    logits, reference = logits.float(), reference.float()
    centred = reference - reference.mean(-1, keepdim=True)
    wanted, got = reference.log_softmax(-1), logits.log_softmax(-1)
    return Comparison(
        relative_error(logits - logits.mean(-1, keepdim=True), centred),
        float((wanted.exp() * (wanted - got)).sum(-1).mean()),
        float((logits.argmax(-1) == reference.argmax(-1)).float().mean()),
    )


def relative_error(got: Tensor, wanted: Tensor) -> float:
    """Norm of the difference by the norm of what is wanted."""
    wanted = wanted.double()
    return float((got.double() - wanted).norm() / wanted.norm())


def trial(rows: int, columns: int, n: int = 32, seed: int = 0) -> tuple[Tensor, Tensor]:
    """A weight (rows, columns) and an input (n, columns) as hard as real ones.

    Gaussian, with one weight in a thousand eight times as large, and one column of x in a hundred twenty times as large,
    which is what is found in trained models (arxiv.org/abs/2208.07339).
    """
    chance = torch.Generator().manual_seed(seed)
    weight = torch.randn(rows, columns, generator=chance) * 0.02
    weight[torch.rand(rows, columns, generator=chance) < 1e-3] *= 8
    x = torch.randn(n, columns, generator=chance)
    x[:, torch.rand(columns, generator=chance) < 1e-2] *= 20
    return weight, x
