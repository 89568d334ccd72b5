"""Weights of 8 bits for machines without a C compiler, multiplied by torch's own operations.

Few rows (up to four) go to `_weight_int8pack_mm`, which reads bytes and computes in bfloat16. For more `_int_mm` is faster:
activations are quantised to 8 bits too, a scale for each row of x. All linears of a 1.5B model took 106 and 130 ms at two
rows, 136 and 149 at four, 253 and 170 at eight; 46 and 216 tokens a second at 512. Both use the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .scheme import Scheme
from .stacked import stacked

if TYPE_CHECKING:
    from .scheme import Linear, Plan, Segment

FEW = 4


class Int8Linear:
    """Weights (rows, columns) int8, a scale for each row."""

    def __init__(self, segment: Segment, bias: Tensor | None) -> None:
        self.rows, self.columns = rows, columns = segment.rows, segment.columns
        self._values, self._scale, self._bias = segment.tensors["values"], segment.tensors["scale"], bias
        # Any other shape makes `_weight_int8pack_mm` of torch 2.13 read what isn't its own.
        self._few = FEW if columns % 64 == 0 and rows % 16 == 0 else 0
        self._scale_bf16 = self._scale.to(torch.bfloat16)

    def __call__(self, x: Tensor) -> Tensor:
        if len(x) <= self._few:
            y = torch._weight_int8pack_mm(x.to(torch.bfloat16).contiguous(), self._values, self._scale_bf16).float()
        else:
            wide = x.float()
            scale = wide.abs().amax(1, keepdim=True).clamp_min_(1e-30) / 127
            values = torch.round(wide / scale).to(torch.int8)
            y = torch._int_mm(values, self._values.t()).float().mul_(scale).mul_(self._scale)
        if self._bias is not None:
            y += self._bias
        return y.to(x.dtype)


class Int8:
    """A scale for each row of the weight."""

    name = "torch-int8-rows-v1"
    block = 1
    axes: Mapping[str, int] = {}
    takes = ""

    def plan(self, rows: int, columns: int) -> Plan:
        return {"values": (torch.int8, (rows, columns)), "scale": (torch.float32, (rows,))}

    def pack(self, weight: Tensor, importance: Tensor | None = None) -> dict[str, Tensor]:
        values = torch.empty(weight.shape, dtype=torch.int8)
        scale = torch.empty(len(weight))
        step = max(1, (1 << 20) // weight.shape[1])
        for start in range(0, len(weight), step):
            piece = weight[start : start + step].float()
            here = piece.abs().amax(1).clamp_min_(1e-30) / 127
            scale[start : start + step] = here
            values[start : start + step] = torch.round(piece / here[:, None]).to(torch.int8)
        return {"values": values, "scale": scale}

    def take(self, stored: Tensor, columns: int) -> dict[str, Tensor]:
        raise NotImplementedError

    def linear(self, segments: Sequence[Segment], bias: Tensor | None) -> Linear:
        return stacked(segments, bias, Int8Linear)


def torch_int8(why: str = "") -> Scheme:
    layout = Int8()
    return Scheme(name="int8", key=layout.name, layout_of=lambda part, name, kind: layout, why=why)
