"""Ways to hold weights in blocks (`layouts`): `Blocks` for one weight, `Native` for all of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .compiled import Kernel, quantised
from .kernel import kernel
from .layouts import LANES, LAYOUTS, VERSION, BlockLayout
from .native_linear import NativeLinear, Scratch

if TYPE_CHECKING:
    from .scheme import Part, Plan

__all__ = ["Blocks", "Kernel", "Native", "NativeLinear", "Scratch", "kernel", "quantised"]


class Blocks:
    """How one weight lies in memory, and how it gets there."""

    block = LANES
    axes: Mapping[str, int] = {}

    def __init__(self, kernel: Kernel, layout: BlockLayout) -> None:
        self.kernel, self.layout = kernel, layout
        self.name, self.takes = layout.name, layout.kind

    def plan(self, rows: int, columns: int) -> Plan:
        return self.layout.plan(rows, columns)

    def pack(self, weight: Tensor, importance: Tensor | None = None) -> dict[str, Tensor]:
        return {"blocks": self.kernel.pack(self.layout, weight, importance)}

    def take(self, stored: Tensor, columns: int) -> dict[str, Tensor]:
        return {"blocks": self.kernel.take(self.layout, stored, columns)}


class Native:
    """All weights in one layout, and the head in another."""

    block = LANES
    axes: Mapping[str, int] = {}

    def __init__(self, kernel: Kernel, bits: int, head: int = 8) -> None:
        self.kernel, self.bits, self.head = kernel, bits, head
        self.name = f"int{bits}"
        self.layout = f"native-int{bits}-head{head}-v{VERSION}"
        self.why = "" if kernel.threads else "torch's OpenMP library wasn't found, so the kernel has one thread"
        self.own = LAYOUTS[f"Q{bits}_0"]

    def plan(self, rows: int, columns: int, bias: bool) -> Plan:
        return self.own.plan(rows, columns) | ({"bias": (torch.float32, (rows,))} if bias else {})

    def pack(self, weight: Tensor, bias: Tensor | None) -> dict[str, Tensor]:
        tensors = {"blocks": self.kernel.pack(self.own, weight)}
        return tensors | ({"bias": bias.to(torch.float32)} if bias is not None else {})

    def linear(self, tensors: Mapping[str, Tensor], rows: int, columns: int) -> NativeLinear:
        return NativeLinear(self.kernel, [(self.own, tensors["blocks"], rows)], columns, tensors.get("bias"))

    def of(self, part: Part) -> Native:
        return self if not part.head or self.bits == self.head else Native(self.kernel, self.head, self.head)
