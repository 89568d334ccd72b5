"""The small steps between the matrices, as functions of tensors alone: each is worth a kernel of its own on a GPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import rms_norm, silu


class Fused(NamedTuple):
    """The small steps between the matrices, which `cuda.fused` compiles into a kernel each."""

    add_and_norm: Callable[[Tensor, Tensor, Tensor, float], tuple[Tensor, Tensor]]
    turn: Callable[[Tensor, Tensor, Tensor], Tensor]
    gate: Callable[[Tensor], Tensor]


def add_and_norm(x: Tensor, y: Tensor, weight: Tensor, epsilon: float) -> tuple[Tensor, Tensor]:
    """The sum, and the sum normed (Zhang and Sennrich 2019, arXiv:1910.07467)."""
    x = x + y
    return x, rms_norm(x, weight.shape, weight, epsilon)


def turn(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Su et al. 2021 (arXiv:2104.09864), in the halves that these models pair; the sines of one half are negative."""
    return torch.addcmul(heads * cosines, heads.roll(heads.shape[-1] // 2, -1), sines)


def gate(inner: Tensor) -> Tensor:
    """SwiGLU: the first half opens the second."""
    opening, up = inner.chunk(2, -1)
    return silu(opening) * up
