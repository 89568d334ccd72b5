"""`LAYOUTS`: the ways in which a weight's blocks lie in memory, by the names of GGUF's types, of which each holds all.

A weight is one tensor of bytes, (blocks of 16 rows, bytes of one). `layouts.h` tells what is in them. Here are sizes;
`kernel` packs, takes and unpacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from .scheme import Plan

VERSION = 2
LANES, GROUP, SUPER, GROUPS = 16, 32, 256, 16
"""Rows of a block, columns that share a scale, columns that share the scale of scales, groups of a block."""


class BlockLayout:
    """One way."""

    block = LANES
    axes: Mapping[str, int] = {}

    def __init__(self, number: int, kind: str, values: int, stored: tuple[int, int], own: int, supers: int = 0) -> None:
        self.number = number
        """What the kernel calls it."""
        self.kind = self.takes = kind
        """GGUF's name: of blocks of this type `take` makes its own."""
        self.name = f"{kind}-v{VERSION}"
        """For a file's name."""
        self.values = values
        """Bits of a weight without its scales."""
        self.unit, self.stored = stored
        """Columns and bytes of one of GGUF's blocks. A row there is a whole number of them."""
        self._own, self._supers = own, supers
        """Bytes of the scales of 16 rows: of a group, and of 256 columns."""

    @property
    def bits(self) -> float:
        """Of a weight, with its scales, where rows are long."""
        return self.size(GROUPS * GROUP) * 8 / (LANES * GROUPS * GROUP)

    def size(self, columns: int) -> int:
        """Bytes of 16 rows."""
        whole, rest = divmod(-(-columns // GROUP), GROUPS)
        return whole * self._block(GROUPS) + (self._block(rest) if rest else 0)

    def plan(self, rows: int, columns: int) -> Plan:
        """Type and shape of what `pack` and `take` give."""
        return {"blocks": (torch.uint8, (-(-rows // LANES), self.size(columns)))}

    def _block(self, groups: int) -> int:
        head = -(-groups // 8) * self._supers + groups * self._own
        return -(-head // 64) * 64 + groups * LANES * GROUP * self.values // 8


LAYOUTS = {
    layout.kind: layout
    for layout in (
        BlockLayout(0, "Q8_0", 8, (GROUP, 34), 32),
        BlockLayout(1, "Q4_0", 4, (GROUP, 18), 32),
        BlockLayout(2, "Q4_1", 4, (GROUP, 20), 64),
        BlockLayout(3, "Q4_K", 4, (SUPER, 144), 32, 64),
        BlockLayout(4, "Q6_K", 6, (SUPER, 210), 32, 32),
    )
}
