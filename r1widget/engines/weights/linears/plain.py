"""Weights as they are, in one float type, multiplied by torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from .scheme import Scheme
from .stacked import stacked

if TYPE_CHECKING:
    from .scheme import Linear, Plan, Segment


TILE = 4
"""Rows that a CPU's products of 16-bit floats are made for at a time: a single one goes through other code, which sums a long row in
another order (oneDNN of torch 2.13, 1,536 columns), so that it has other last digits alone than beside others, and within 60 tokens
another token came of it. With rows of zeros for those that lack it hasn't, and takes 1.15 times the time. In float32 the last one to
three rows are other code too, but there that is 1e-6 of a logit, and would cost three times the time."""


class PlainLinear:
    """`torch.nn.functional.linear`."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self.rows, self.columns = weight.shape
        self._weight, self._bias = weight, bias
        self._tile = TILE if weight.device.type == "cpu" and weight.itemsize == 2 else 1

    def __call__(self, x: Tensor) -> Tensor:
        rows = x.to(self._weight.dtype)
        if lacking := -len(x) % self._tile:
            rows = functional.pad(rows, (0, 0, 0, lacking))
        return functional.linear(rows, self._weight, self._bias)[: len(x)].to(x.dtype)


class Plain:
    """Weights in `dtype`, not quantised."""

    block = 1
    axes: Mapping[str, int] = {}
    takes = ""

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.name = f"plain-{str(dtype).removeprefix('torch.')}"

    def plan(self, rows: int, columns: int) -> Plan:
        return {"weight": (self.dtype, (rows, columns))}

    def pack(self, weight: Tensor, importance: Tensor | None = None) -> dict[str, Tensor]:
        return {"weight": weight.to(self.dtype)}

    def take(self, stored: Tensor, columns: int) -> dict[str, Tensor]:
        raise NotImplementedError

    def linear(self, segments: Sequence[Segment], bias: Tensor | None) -> Linear:
        return stacked(segments, bias, _linear)


def _linear(segment: Segment, bias: Tensor | None) -> PlainLinear:
    weight = segment.tensors["weight"]  # of the segment's own type: a layer may be made of several
    return PlainLinear(weight, None if bias is None else bias.to(weight.dtype))


def plain(dtype: torch.dtype) -> Scheme:
    layout = Plain(dtype)
    return Scheme(name="none", key=layout.name, layout_of=lambda part, name, kind: layout)
