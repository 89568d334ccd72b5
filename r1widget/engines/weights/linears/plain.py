"""Weights as they are, in one float type, multiplied by torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from .scheme import Part, Plan


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


class Stacked:
    """Several layers with one input as one layer, without a copy of their weights."""

    def __init__(self, layers: Sequence[PlainLinear]) -> None:
        self.rows, self.columns = sum(layer.rows for layer in layers), layers[0].columns
        self._layers = layers

    def __call__(self, x: Tensor) -> Tensor:
        return torch.cat([layer(x) for layer in self._layers], dim=1)


class Plain:
    """Weights in `dtype`, not quantised."""

    name = "none"
    why = ""
    block = 1
    axes: Mapping[str, int] = {}

    def __init__(self, dtype: torch.dtype = torch.bfloat16) -> None:
        self.dtype = dtype
        self.layout = f"plain-{str(dtype).removeprefix('torch.')}"

    def plan(self, rows: int, columns: int, bias: bool) -> Plan:
        shapes: Plan = {"weight": (self.dtype, (rows, columns))}
        return shapes | ({"bias": (self.dtype, (rows,))} if bias else {})

    def pack(self, weight: Tensor, bias: Tensor | None) -> dict[str, Tensor]:
        tensors = {"weight": weight.to(self.dtype)}
        return tensors | ({"bias": bias.to(self.dtype)} if bias is not None else {})

    def linear(self, tensors: Mapping[str, Tensor], rows: int, columns: int) -> PlainLinear:
        return PlainLinear(tensors["weight"], tensors.get("bias"))

    def of(self, part: Part) -> Plain:
        return self
