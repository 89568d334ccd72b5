"""Linear layers on 4 or 8 bits, computed by a kernel of our own (`linears.c`), from the wheel or compiled on first use.

Threads are those of torch's own OpenMP library, as many as `torch.get_num_threads()`: a second library would bring a
second pool of threads, which spin on the same cores.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ...native.library import Unusable, library
from .scheme import Layout, Linear, Part, Scheme, Segment
from .stacked import stacked

if TYPE_CHECKING:
    from .scheme import Plan

LANES, GROUP = 16, 32
VERSION = 1
_POINTER, _INT64, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int


class _Weights(ctypes.Structure):
    _fields_ = [
        ("quants", _POINTER),
        ("scales", _POINTER),
        ("bias", _POINTER),
        ("rows", _INT64),
        ("columns", _INT64),
        ("bits", ctypes.c_int32),
    ]


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


class NativeLinear:
    """A layer whose weights are packed. Holds them (and so the file that they may be a view of) in memory."""

    __slots__ = ("_keep", "_linear", "_room", "_weights", "columns", "rows")

    def __init__(self, kernel: Kernel, segment: Segment, bias: Tensor | None) -> None:
        self.rows, self.columns = rows, columns = segment.rows, segment.columns
        quants, scales = segment.tensors["quants"], segment.tensors["scales"]
        bits = quants.shape[-1] * 8 // (LANES * GROUP)
        self._keep = (kernel, quants, scales, bias)
        weights = _Weights(
            quants.data_ptr(), scales.data_ptr(), bias.data_ptr() if bias is not None else None, rows, columns, bits
        )
        self._weights = ctypes.pointer(weights)
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
        scratch = _scratch.of(self._room(n, self.columns))
        threads = torch.get_num_threads()
        self._linear(self._weights, x.data_ptr(), y.data_ptr(), n, kind is torch.bfloat16, threads, scratch)
        return y


class Native:
    """Groups of 32 weights of one row share a 16-bit scale."""

    block = LANES
    axes: Mapping[str, int] = {}
    takes = ""

    def __init__(self, kernel: Kernel, bits: int) -> None:
        self.kernel, self.bits = kernel, bits
        self.name = f"native-int{bits}-{LANES}x{GROUP}-v{VERSION}"

    def plan(self, rows: int, columns: int) -> Plan:
        blocks, groups = -(-rows // LANES), -(-columns // GROUP)
        return {
            "quants": (torch.uint8, (blocks, groups, LANES * GROUP * self.bits // 8)),
            "scales": (torch.float16, (blocks, groups, LANES)),
        }

    def pack(self, weight: Tensor, importance: Tensor | None = None) -> dict[str, Tensor]:
        rows, columns = weight.shape
        tensors = {name: torch.empty(shape, dtype=dtype) for name, (dtype, shape) in self.plan(rows, columns).items()}
        quants, scales, step = tensors["quants"], tensors["scales"], LANES * max(1, (1 << 20) // (LANES * columns))
        for start in range(0, rows, step):  # a few megabytes at a time become float32
            piece = weight[start : start + step].to(torch.float32).contiguous()
            self.kernel.library.r1_pack(
                piece.data_ptr(),
                len(piece),
                columns,
                self.bits,
                quants[start // LANES :].data_ptr(),
                scales[start // LANES :].data_ptr(),
                torch.get_num_threads(),
            )
        return tensors

    def take(self, stored: Tensor, columns: int) -> dict[str, Tensor]:
        raise NotImplementedError

    def linear(self, segments: Sequence[Segment], bias: Tensor | None) -> Linear:
        return stacked(segments, bias, partial(NativeLinear, self.kernel))


def native(kernel: Kernel, bits: int) -> Scheme:
    """The head has 8 bits."""
    most, head = Native(kernel, bits), Native(kernel, 8)

    def layout_of(part: Part, name: str, kind: str) -> Layout:
        return head if part.head else most

    why = "" if kernel.threads else "torch's OpenMP library wasn't found, so the kernel has one thread"
    return Scheme(name=f"int{bits}", key=f"{most.name}-head8", layout_of=layout_of, why=why)


def unpack(tensors: Mapping[str, Tensor], rows: int, columns: int) -> Tensor:
    """The weight (rows, columns) in float32 that packed tensors stand for."""
    quants, scales = tensors["quants"], tensors["scales"].to(torch.float32)
    blocks, groups, size = quants.shape
    if size == LANES * GROUP:
        values = quants.reshape(blocks, groups, GROUP // 4, LANES, 4).permute(0, 3, 1, 2, 4).to(torch.float32) - 128
    else:
        lanes = quants.reshape(blocks, groups, GROUP // 8, LANES, 4).permute(0, 3, 1, 2, 4)
        values = torch.stack((lanes & 15, lanes >> 4), dim=-2).to(torch.float32) - 8
    weight = values.reshape(blocks, LANES, groups, GROUP) * scales.permute(0, 2, 1).unsqueeze(-1)
    return weight.reshape(blocks * LANES, groups * GROUP)[:rows, :columns]


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


@functools.lru_cache(maxsize=1)
def kernel() -> Kernel:
    """The compiled kernel, tried out. `Unusable` says why there is none."""
    compiled, origin = library()
    compiled.r1_linear.argtypes = [_POINTER, _POINTER, _POINTER, _INT64, _INT, _INT, _POINTER]
    compiled.r1_pack.argtypes = [_POINTER, _INT64, _INT64, _INT, _POINTER, _POINTER, _INT]
    compiled.r1_linear.restype = compiled.r1_pack.restype = compiled.r1_threads.restype = None
    compiled.r1_scratch.argtypes, compiled.r1_scratch.restype = [_INT64, _INT64], _INT64
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
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(40, 72, generator=generator)
    x = torch.randn(11, 72, generator=generator)
    for bits, n in _cases():
        layout = Native(made, bits)
        tensors = layout.pack(weight)
        got = layout.linear([Segment(layout, tensors, 40, 72)], None)(x[:n])
        wanted = quantised(x[:n]) @ unpack(tensors, 40, 72).T
        if not torch.allclose(got, wanted, rtol=1e-4, atol=1e-3):
            raise Unusable("the compiled kernel computes something else than it should")


def _cases() -> Iterator[tuple[int, int]]:
    return ((bits, n) for bits in (4, 8) for n in (1, 3, 11))


def quantised(x: Tensor) -> Tensor:
    """(n, columns) as the kernel sees it: 8 bits a number, a scale for each row and group."""
    n, columns = x.shape
    padded = torch.nn.functional.pad(x.to(torch.float32), (0, -columns % GROUP)).reshape(n, -1, GROUP)
    largest = padded.abs().amax(-1, keepdim=True)
    inverse = torch.full_like(largest, 127.0) / largest  # `127.0 / largest` would round twice
    values = torch.where(largest < 1e-30, 0.0, torch.round(padded * inverse))
    return (values * (largest / 127.0)).reshape(n, -1)[:, :columns]
