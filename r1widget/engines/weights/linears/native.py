"""The layouts of our own (`layouts.py`), computed by our own kernel (`native/linears.c`), from the wheel or compiled on first use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from .compiled import Kernel, quantised
from .kernel import kernel
from .layouts import LANES, LAYOUTS, VERSION, BlockLayout
from .native_linear import NativeLinear, Scratch
from .scheme import Layout, Part, Scheme, Segment

if TYPE_CHECKING:
    from .scheme import Plan

__all__ = ["Blocks", "Kernel", "NativeLinear", "Scratch", "as_stored", "kernel", "native", "quantised"]


class Blocks:
    """One of these layouts, with the kernel that fills it and computes with it."""

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

    def linear(self, segments: Sequence[Segment], bias: Tensor | None) -> NativeLinear:
        # Another layout than this one's own is of the same class.
        pieces = [(each.layout.layout, each.tensors["blocks"], each.rows) for each in segments]  # type: ignore[attr-defined]
        return NativeLinear(self.kernel, pieces, segments[0].columns, bias)


def native(kernel: Kernel, bits: int) -> Scheme:
    """The head has 8 bits."""
    most, head = Blocks(kernel, LAYOUTS[f"Q{bits}_0"]), Blocks(kernel, LAYOUTS["Q8_0"])

    def layout_of(part: Part, name: str, kind: str) -> Layout:
        return head if part.head else most

    return Scheme(name=f"int{bits}", key=f"native-int{bits}-head8-v{VERSION}", layout_of=layout_of, why=_why(kernel))


def as_stored(kernel: Kernel, name: str) -> Scheme:
    """Each tensor as its GGUF file has it; in 8 bits where that is no layout of ours."""
    layouts = {kind: Blocks(kernel, layout) for kind, layout in LAYOUTS.items()}

    def layout_of(part: Part, name: str, kind: str) -> Layout:
        return layouts.get(kind, layouts["Q8_0"])

    return Scheme(name=name, key=f"native-as-stored-v{VERSION}", layout_of=layout_of, why=_why(kernel), kept=False)


def _why(kernel: Kernel) -> str:
    return "" if kernel.threads else "torch's OpenMP library wasn't found, so the kernel has one thread"
