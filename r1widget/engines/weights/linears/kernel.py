"""`kernel`: the compiled functions for linear layers, tried out; from the wheel, or compiled on first use.

Threads are those of torch's own OpenMP library, as many as `torch.get_num_threads()`: a second library would bring a
second pool of threads, which spin on the same cores.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
from dataclasses import dataclass

import torch
from torch import Tensor

from ...native.library import Unusable, library
from .layouts import GROUP, LANES, LAYOUTS, BlockLayout

_POINTER, _INT64, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int
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
        """The blocks of a weight (rows, columns) of any float type; see `BlockLayout.pack`."""
        rows, columns = weight.shape
        blocks = _room(layout, rows, columns)
        if importance is not None:
            if importance.shape != (columns,):
                raise ValueError(f"({columns},) is wanted, and {tuple(importance.shape)} came")
            importance = importance.to(torch.float32).contiguous()
        matters = importance.data_ptr() if importance is not None else None
        step = LANES * max(1, PIECE // (LANES * columns))
        for start in range(0, rows, step):
            piece = weight[start : start + step].to(torch.float32).contiguous()
            into = blocks[start // LANES :].data_ptr()
            self.library.r1_pack(
                layout.number, piece.data_ptr(), matters, len(piece), columns, into, torch.get_num_threads()
            )
        return blocks

    def take(self, layout: BlockLayout, stored: Tensor, columns: int, out: Tensor | None = None) -> Tensor:
        """The blocks of rows of a GGUF file; see `BlockLayout.take`. They are written into `out`, where that is given."""
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
        """The numbers (rows, columns) in float32 that blocks stand for."""
        if not blocks.is_contiguous() or tuple(blocks.shape) != layout.plan(rows, columns)["blocks"][1]:
            raise ValueError(f"{layout.plan(rows, columns)} is wanted, and {tuple(blocks.shape)} came")
        out = torch.empty((rows, columns))
        self.library.r1_unpack(layout.number, blocks.data_ptr(), rows, columns, out.data_ptr(), torch.get_num_threads())
        return out


def _room(layout: BlockLayout, rows: int, columns: int) -> Tensor:
    dtype, shape = layout.plan(rows, columns)["blocks"]
    return torch.empty(shape, dtype=dtype)


@functools.lru_cache(maxsize=1)
def kernel() -> Kernel:
    """The compiled kernel, tried out. `Unusable` says why there is none."""
    compiled, origin = library()
    compiled.r1_linear.argtypes = [_POINTER, _POINTER, _POINTER, _INT64, _INT, _INT, _POINTER]
    compiled.r1_pack.argtypes = [_INT, _POINTER, _POINTER, _INT64, _INT64, _POINTER, _INT]
    compiled.r1_take.argtypes = [_INT, _POINTER, _INT64, _INT64, _POINTER, _INT]
    compiled.r1_unpack.argtypes = [_INT, _POINTER, _INT64, _INT64, _POINTER, _INT]
    for function in ("r1_linear", "r1_pack", "r1_take", "r1_unpack", "r1_threads"):
        getattr(compiled, function).restype = None
    compiled.r1_scratch.argtypes, compiled.r1_scratch.restype = [_INT64, _INT64, _INT], _INT64
    compiled.r1_size.argtypes, compiled.r1_size.restype = [_INT, _INT64], _INT64
    compiled.r1_name.restype = ctypes.c_char_p
    compiled.r1_threads.argtypes = [_POINTER] * 4
    functions = _openmp()
    if functions:
        compiled.r1_threads(*functions)
    made = Kernel(compiled.r1_name().decode(), origin, compiled, bool(functions))
    _try_out(made)
    return made


def _openmp() -> list[int]:
    """The addresses of what `linears.c` needs of torch's OpenMP library; empty where it isn't to be found.

    LLVM's and Intel's libraries have GNU's entry points too. torch makes its libraries' names known to the process.
    """
    names = ("GOMP_parallel", "GOMP_barrier", "omp_get_thread_num", "omp_get_num_threads")
    with contextlib.suppress(AttributeError, OSError, TypeError):
        process = ctypes.CDLL(None)
        return [ctypes.cast(getattr(process, name), _POINTER).value or 0 for name in names]
    return []


def _try_out(made: Kernel) -> None:
    """`Unusable` where the kernel and torch disagree on a small case."""
    from .native import NativeLinear

    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(40, 296, generator=generator)
    x = torch.randn(27, 296, generator=generator)
    for layout in LAYOUTS.values():
        blocks = made.pack(layout, weight)
        wanted = quantised(x) @ made.unpack(layout, blocks, 40, 296).T
        linear = NativeLinear(made, [(layout, blocks, 40)], 296)
        if not all(torch.allclose(linear(x[:n]), wanted[:n], rtol=1e-4, atol=1e-3) for n in (1, 3, 27)):
            raise Unusable("the compiled kernel computes something else than it should")


def quantised(x: Tensor) -> Tensor:
    """(n, columns) as the kernel sees it: 8 bits a number, a scale for each row and group."""
    n, columns = x.shape
    padded = torch.nn.functional.pad(x.to(torch.float32), (0, -columns % GROUP)).reshape(n, -1, GROUP)
    largest = padded.abs().amax(-1, keepdim=True)
    inverse = torch.full_like(largest, 127.0) / largest  # `127.0 / largest` would round twice
    values = torch.where(largest < 1e-30, 0.0, torch.round(padded * inverse))
    return (values * (largest / 127.0)).reshape(n, -1)[:, :columns]
