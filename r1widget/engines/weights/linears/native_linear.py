"""`NativeLinear`: a layer on weights in blocks (`layouts`), computed by a kernel of our own (`native/linears.c`)."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence

import torch
from torch import Tensor

from .compiled import Kernel
from .layouts import BlockLayout


class _Segment(ctypes.Structure):
    _fields_ = [("blocks", ctypes.c_void_p), ("rows", ctypes.c_int64), ("layout", ctypes.c_int32)]


class _Linear(ctypes.Structure):
    _fields_ = [
        ("segments", ctypes.POINTER(_Segment)),
        ("count", ctypes.c_int64),
        ("rows", ctypes.c_int64),
        ("columns", ctypes.c_int64),
        ("bias", ctypes.c_void_p),
    ]


class NativeLinear:
    """A layer of some segments, one below the other: for each its layout, its blocks, and its rows.

    Holds them (and so the file that they may be a view of) in memory.
    """

    __slots__ = ("_keep", "_linear", "_room", "address", "columns", "rows")

    def __init__(
        self,
        kernel: Kernel,
        segments: Sequence[tuple[BlockLayout, Tensor, int]],
        columns: int,
        bias: Tensor | None = None,
    ) -> None:
        for layout, blocks, rows in segments:
            (dtype, shape) = layout.plan(rows, columns)["blocks"]
            if tuple(blocks.shape) != shape or blocks.dtype is not dtype or not blocks.is_contiguous():
                raise ValueError(
                    f"{layout.kind} of ({rows}, {columns}) has blocks {shape}, and {tuple(blocks.shape)} came"
                )
        self.rows, self.columns = sum(rows for _, _, rows in segments), columns
        if bias is not None:
            bias = bias.to(torch.float32).contiguous()
            if bias.shape != (self.rows,):
                raise ValueError(f"a bias of {self.rows} numbers is wanted, and {tuple(bias.shape)} came")
        own = (_Segment * len(segments))(
            *(_Segment(blocks.data_ptr(), rows, layout.number) for layout, blocks, rows in segments)
        )
        linear = _Linear(own, len(segments), self.rows, columns, bias.data_ptr() if bias is not None else None)
        self._keep = (kernel, own, linear, [blocks for _, blocks, _ in segments], bias)
        self.address = ctypes.addressof(linear)
        """Of its `linear_t` (`linears.h`), for as long as this lives."""
        self._linear = kernel.library.r1_linear
        self._room = kernel.library.r1_scratch

    def __call__(self, x: Tensor) -> Tensor:
        kind = x.dtype
        if kind is not torch.float32 and kind is not torch.bfloat16:
            return self(x.float()).to(kind)
        n = x.shape[0]
        if x.dim() != 2 or x.shape[1] != self.columns:
            raise ValueError(f"(n, {self.columns}) is wanted, and {tuple(x.shape)} came")
        if not x.is_contiguous():
            x = x.contiguous()
        y = torch.empty((n, self.rows), dtype=kind)
        threads = torch.get_num_threads()
        scratch = _scratch.of(self._room(n, self.columns, threads))
        self._linear(self.address, x.data_ptr(), y.data_ptr(), n, kind is torch.bfloat16, threads, scratch)
        return y


class Scratch(threading.local):
    """Room that a call needs while it runs; one for each thread that calls."""

    def __init__(self) -> None:
        self._room = torch.empty(1 << 16, dtype=torch.uint8)
        self._size, self._address = self._room.numel(), self._room.data_ptr()

    def of(self, size: int) -> int:
        if size > self._size:
            self._room = torch.empty(size, dtype=torch.uint8)
            self._size, self._address = size, self._room.data_ptr()
        return self._address


_scratch = Scratch()
