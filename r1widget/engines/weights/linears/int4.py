"""Weights of 4 bits for machines without a C compiler, multiplied by torch's `_weight_int4pack_mm_for_cpu`.

Twice as fast as bfloat16 for few rows, and two and a half times slower for many: 61 and 149 ms at two rows, 59 and 149
tokens a second at 512 (all linears of a 1.5B model). It computes in bfloat16; with float32 it takes ten times as long.
How torch packs depends on what the processor can do, so the layout's name says that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from .int8 import Int8
from .scheme import Layout, Part, Scheme
from .stacked import stacked

if TYPE_CHECKING:
    from .scheme import Linear, Plan, Segment

GROUP = 32
ROWS = 64
"""torch packs this many rows at a time, so packed pieces of a multiple can be joined."""
CANDIDATES = (-8.0, -7.5, -7.0, -6.5)
"""Where the group's largest weight is put; the one with the least squared error is taken."""


class Int4Linear:
    """Packed nibbles, and a scale (and an offset that is 0) for each row and group of 32 columns."""

    def __init__(self, segment: Segment, bias: Tensor | None) -> None:
        self.rows, self.columns = segment.rows, segment.columns
        self._packed, self._scales, self._bias = segment.tensors["packed"], segment.tensors["scales"], bias
        self._padding = -segment.columns % GROUP

    def __call__(self, x: Tensor) -> Tensor:
        narrow = functional.pad(x.to(torch.bfloat16), (0, self._padding)).contiguous()
        y = torch._weight_int4pack_mm_for_cpu(narrow, self._packed, GROUP, self._scales)[:, : self.rows]
        if self._bias is not None:
            y = y.float() + self._bias
        return y.to(x.dtype)


class Int4:
    """Groups of 32 weights of one row share a scale."""

    block = ROWS
    axes: Mapping[str, int] = {"scales": 1}
    takes = ""

    def __init__(self) -> None:
        self.name = f"torch-int4-{torch.backends.cpu.get_cpu_capability()}-{GROUP}-v1"

    def plan(self, rows: int, columns: int) -> Plan:
        padded, groups = -(-rows // ROWS) * ROWS, -(-columns // GROUP)
        return {
            "packed": (torch.uint8, (padded, groups * GROUP // 2)),
            "scales": (torch.bfloat16, (groups, padded, 2)),
        }

    def pack(self, weight: Tensor, importance: Tensor | None = None) -> dict[str, Tensor]:
        step = ROWS * max(1, (1 << 20) // (ROWS * weight.shape[1]))
        packed, scales = zip(*(_packed(piece) for piece in weight.split(step)), strict=True)
        return {"packed": torch.cat(packed), "scales": torch.cat(scales, dim=1)}

    def take(self, stored: Tensor, columns: int) -> dict[str, Tensor]:
        raise NotImplementedError

    def linear(self, segments: Sequence[Segment], bias: Tensor | None) -> Linear:
        return stacked(segments, bias, Int4Linear)


def torch_int4(why: str = "") -> Scheme:
    """The head has 8 bits."""
    four, eight = Int4(), Int8()

    def layout_of(part: Part, name: str, kind: str) -> Layout:
        return eight if part.head else four

    return Scheme(name="int4", key=f"{four.name}-head8", layout_of=layout_of, why=why)


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
