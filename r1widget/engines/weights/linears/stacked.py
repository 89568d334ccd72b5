"""Several linear layers with one input as one, without a copy of their weights; and a part's layer of its segments (`join`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import torch
from torch import Tensor

from .scheme import Linear, Segment


class Stacked:
    """The rows of one layer below those of another."""

    def __init__(self, layers: Sequence[Linear]) -> None:
        self.rows, self.columns = sum(layer.rows for layer in layers), layers[0].columns
        self._layers = layers

    def __call__(self, x: Tensor) -> Tensor:
        return torch.cat([layer(x) for layer in self._layers], dim=1)


def join(segments: Sequence[Segment], bias: Tensor | None) -> Linear:
    """The layer of these segments, one below the other, and of a bias (rows,)."""
    runs = [list(run) for _, run in groupby(segments, key=lambda segment: type(segment.layout))]
    parts = _split(bias, [sum(segment.rows for segment in run) for run in runs])
    return _stack([run[0].layout.linear(run, part) for run, part in zip(runs, parts, strict=True)])


def stacked(
    segments: Sequence[Segment], bias: Tensor | None, linear: Callable[[Segment, Tensor | None], Linear]
) -> Linear:
    """A layer for each segment with its part of the bias, as one."""
    parts = _split(bias, [segment.rows for segment in segments])
    return _stack([linear(segment, part) for segment, part in zip(segments, parts, strict=True)])


def _stack(layers: Sequence[Linear]) -> Linear:
    return layers[0] if len(layers) == 1 else Stacked(layers)


def _split(bias: Tensor | None, heights: Sequence[int]) -> Sequence[Tensor | None]:
    return [None] * len(heights) if bias is None else bias.split(list(heights))
