"""`Kernel`: the compiled functions, and what they do with the numbers and blocks of a weight. What multiplies is `native`."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import torch
from torch import Tensor

from .layouts import GROUP, LANES, SUPER, BlockLayout

PIECE = 1 << 20
"""Weights that become float32 at a time."""


@dataclass(frozen=True)
class Kernel:
    """The compiled functions."""

    name: str
    """What of the processor it uses."""
    origin: str
    """Where it is from, in words."""
    library: ctypes.CDLL
    threads: bool
    """Whether it has torch's threads. Without them it works on one."""

    def pack(self, layout: BlockLayout, weight: Tensor, importance: Tensor | None = None) -> Tensor:
        """The blocks of a weight (rows, columns) of any float type.

        `importance` (columns,) says how much a squared error counts in each column; without it all count the same. Of shape
        (⌈columns / 256⌉, 256, 256) it says so on its diagonals, and above them what an error of the column k adds to the column
        j, at [k][j], before that is rounded.
        """
        rows, columns = weight.shape
        blocks = _room(layout, rows, columns)
        matters, carried = _by_column(importance, columns)
        addresses = [None if tensor is None else tensor.data_ptr() for tensor in (matters, carried)]
        step = LANES * max(1, PIECE // (LANES * columns))
        for start in range(0, rows, step):
            piece = weight[start : start + step].to(torch.float32).contiguous()
            into = blocks[start // LANES :].data_ptr()
            self.library.r1_pack(
                layout.number, piece.data_ptr(), *addresses, len(piece), columns, into, torch.get_num_threads()
            )
        return blocks

    def factor(self, moments: Tensor) -> Tensor:
        """Second moments of 256 columns each, (n, 256, 256) float32, as `pack` takes them; in their place."""
        if moments.dtype is not torch.float32 or moments.shape[1:] != (SUPER, SUPER) or not moments.is_contiguous():
            raise ValueError(
                f"(n, {SUPER}, {SUPER}) float32 is wanted, and {tuple(moments.shape)} {moments.dtype} came"
            )
        self.library.r1_factor(moments.data_ptr(), len(moments), torch.get_num_threads())
        return moments

    def take(self, layout: BlockLayout, stored: Tensor, columns: int, out: Tensor | None = None) -> Tensor:
        """The blocks of rows as they lie in a GGUF file, (rows, bytes of a row) uint8: the same numbers, bit for bit.

        They are written into `out`, where that is given.
        """
        rows, size = stored.shape
        if columns % layout.unit or size != columns // layout.unit * layout.stored or stored.dtype is not torch.uint8:
            raise ValueError(f"rows of {size} bytes aren't {columns} numbers of {layout.kind}")
        stored = stored.contiguous()
        blocks = _room(layout, rows, columns) if out is None else out
        if not blocks.is_contiguous() or tuple(blocks.shape) != layout.plan(rows, columns)["blocks"][1]:
            raise ValueError(f"{layout.plan(rows, columns)} is wanted, and {tuple(blocks.shape)} came")
        self.library.r1_take(
            layout.number, stored.data_ptr(), rows, columns, blocks.data_ptr(), torch.get_num_threads()
        )
        return blocks

    def unpack(self, layout: BlockLayout, blocks: Tensor, rows: int, columns: int) -> Tensor:
        """The numbers (rows, columns) in float32 that blocks stand for: exactly those that GGUF's own reader gives."""
        if not blocks.is_contiguous() or tuple(blocks.shape) != layout.plan(rows, columns)["blocks"][1]:
            raise ValueError(f"{layout.plan(rows, columns)} is wanted, and {tuple(blocks.shape)} came")
        out = torch.empty((rows, columns))
        self.library.r1_unpack(layout.number, blocks.data_ptr(), rows, columns, out.data_ptr(), torch.get_num_threads())
        return out


def _room(layout: BlockLayout, rows: int, columns: int) -> Tensor:
    dtype, shape = layout.plan(rows, columns)["blocks"]
    return torch.empty(shape, dtype=dtype)


def _by_column(importance: Tensor | None, columns: int) -> tuple[Tensor | None, Tensor | None]:
    """How much each column matters, and what errors carry on to others, where that is said."""
    if importance is None:
        return None, None
    importance = importance.to(torch.float32).contiguous()
    if importance.shape == (columns,):
        return importance, None
    if importance.shape != (-(-columns // SUPER), SUPER, SUPER):
        raise ValueError(f"({columns},) is wanted, or blocks of {SUPER}, and {tuple(importance.shape)} came")
    return importance.diagonal(dim1=1, dim2=2).reshape(-1)[:columns].contiguous(), importance


def quantised(x: Tensor) -> Tensor:
    """(n, columns) as the kernel sees it: 8 bits a number, a scale for each row and group."""
    n, columns = x.shape
    padded = torch.nn.functional.pad(x.to(torch.float32), (0, -columns % GROUP)).reshape(n, -1, GROUP)
    largest = padded.abs().amax(-1, keepdim=True)
    inverse = torch.full_like(largest, 127.0) / largest  # `127.0 / largest` would round twice
    values = torch.where(largest < 1e-30, 0.0, torch.round(padded * inverse))
    return (values * (largest / 127.0)).reshape(n, -1)[:, :columns]
