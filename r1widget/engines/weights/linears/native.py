"""Ways to hold weights in blocks that a kernel of our own multiplies: `Blocks` for one weight, `native` for all of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..gguf.types import held
from ..quantizing import mix
from .compiled import Kernel
from .layouts import LANES, LAYOUTS, BlockLayout
from .native_linear import NativeLinear
from .plain import Plain
from .scheme import Layout, Part, Scheme, Segment

if TYPE_CHECKING:
    from .scheme import Plan


class Blocks:
    """One of `LAYOUTS`, and the kernel for it."""

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
        own = [
            (segment.layout.layout, segment.tensors["blocks"], segment.rows)
            for segment in segments
            if isinstance(segment.layout, Blocks)
        ]
        return NativeLinear(self.kernel, own, segments[0].columns, bias)


def native(kernel: Kernel, bits: int, *, small: bool = False) -> Scheme:
    """8 bits everywhere, or 4 in most of it: in less of a small model (`mix`)."""
    ways = {kind: Blocks(kernel, layout) for kind, layout in LAYOUTS.items()}

    def layout_of(part: Part, name: str, kind: str) -> Layout:
        return ways["Q8_0" if bits == 8 else mix.kind_of(part, name, small=small)]

    name = f"int{bits}"
    key = ways["Q8_0"].name if bits == 8 else f"mix-{mix.VERSION}{'-small' if small else ''}-{ways[mix.MOST].name}"
    return Scheme(name=name, key=f"native-{name}-{key}", layout_of=layout_of, why=_why(kernel), calibrated=bits == 4)


def as_stored(kernel: Kernel, name: str) -> Scheme:
    """Each tensor as its GGUF file has it, floats too; in 8 bits where that is no layout of ours (`gguf.types`). `name` is what the
    file's mix is called."""
    layouts: Mapping[str, Layout] = {
        **{kind: Blocks(kernel, layout) for kind, layout in LAYOUTS.items()},
        "BF16": Plain(torch.bfloat16),
        "F32": Plain(torch.float32),
    }

    def layout_of(part: Part, name: str, kind: str) -> Layout:
        return layouts[held(kind).type]

    return Scheme(name=name, key="native-as-stored", layout_of=layout_of, why=_why(kernel))


def _why(kernel: Kernel) -> str:
    return "" if kernel.threads else "torch's OpenMP library wasn't found, so the kernel has one thread"
