"""Weights of 4 bits for machines without a C compiler, multiplied by torch's `_weight_int4pack_mm_for_cpu`.

Twice as fast as bfloat16 for few rows, and two and a half times slower for many: 61 and 149 ms at two rows, 59 and 149
tokens a second at 512 (all linears of a 1.5B model). It computes in bfloat16; with float32 it takes ten times as long.
How torch packs depends on what the processor can do, so the layout's name says that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from .int8 import Int8

if TYPE_CHECKING:
    from .scheme import Part, Plan, Scheme

GROUP = 32
ROWS = 64
"""torch packs this many rows at a time, so packed pieces of a multiple can be joined."""
CANDIDATES = (-8.0, -7.5, -7.0, -6.5)
"""Where the group's largest weight is put; the one with the least squared error is taken."""


class Int4Linear:
    """Packed nibbles, and a scale (and an offset that is 0) for each row and group of 32 columns."""

    def __init__(self, tensors: Mapping[str, Tensor], rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self._packed, self._scales, self._bias = tensors["packed"], tensors["scales"], tensors.get("bias")
        self._padding = -columns % GROUP

    def __call__(self, x: Tensor) -> Tensor:
        narrow = functional.pad(x.to(torch.bfloat16), (0, self._padding)).contiguous()
        y = torch._weight_int4pack_mm_for_cpu(narrow, self._packed, GROUP, self._scales)[:, : self.rows]
        if self._bias is not None:
            y = y.float() + self._bias
        return y.to(x.dtype)


class Int4:
    """Groups of 32 weights of one row share a scale. The head has 8 bits."""

    name = "int4"
    block = ROWS
    axes: Mapping[str, int] = {"scales": 1}

    def __init__(self, why: str = "") -> None:
        self.why = why
        self.layout = f"torch-int4-{torch.backends.cpu.get_cpu_capability()}-{GROUP}-head8-v1"

    def plan(self, rows: int, columns: int, bias: bool) -> Plan:
        padded, groups = -(-rows // ROWS) * ROWS, -(-columns // GROUP)
        shapes: Plan = {
            "packed": (torch.uint8, (padded, groups * GROUP // 2)),
            "scales": (torch.bfloat16, (groups, padded, 2)),
        }
        return shapes | ({"bias": (torch.float32, (rows,))} if bias else {})

    def pack(self, weight: Tensor, bias: Tensor | None) -> dict[str, Tensor]:
        tensors = {}
        packed, scales = zip(*(_packed(piece) for piece in weight.split(self._step(weight.shape[1]))), strict=True)
        tensors = {"packed": torch.cat(packed), "scales": torch.cat(scales, dim=1)}
        return tensors | ({"bias": bias.float()} if bias is not None else {})

    def linear(self, tensors: Mapping[str, Tensor], rows: int, columns: int) -> Int4Linear:
        return Int4Linear(tensors, rows, columns)

    def of(self, part: Part) -> Scheme:
        return Int8(self.why) if part.head else self

    @staticmethod
    def _step(columns: int) -> int:
        return ROWS * max(1, (1 << 20) // (ROWS * columns))


def _packed(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Nibbles and scales of some rows."""
    rows, columns = weight.shape
    padded = functional.pad(weight.float(), (0, -columns % GROUP, 0, -rows % ROWS))
    groups = padded.reshape(len(padded), -1, GROUP)
    largest = groups.gather(2, groups.abs().argmax(2, keepdim=True))
    best: Tensor | None = None
    for end in CANDIDATES:
        scale = (largest / end).to(torch.bfloat16).float()
        values = torch.round(groups / torch.where(scale == 0, 1.0, scale)).clamp_(-8, 7)
        error = (values * scale - groups).square_().sum(2, keepdim=True)
        if best is None:
            best, chosen, nibbles = error, scale, values
        else:
            better = error < best
            best, chosen = torch.where(better, error, best), torch.where(better, scale, chosen)
            nibbles = torch.where(better, values, nibbles)
    whole = (nibbles + 8).to(torch.int32).reshape(padded.shape)
    scales = chosen.squeeze(2).t().to(torch.bfloat16)
    packed: Tensor = torch._convert_weight_to_int4pack_for_cpu(whole, 1)
    return packed, torch.stack((scales, torch.zeros_like(scales)), dim=2).contiguous()
