"""`kernel`: the compiled functions for linear layers, tried out; from the wheel, or compiled on first use.

Threads are those of torch's own OpenMP library, as many as `torch.get_num_threads()`: a second library would bring a
second pool of threads, which spin on the same cores.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools

import torch

from ...native.library import Unusable, library
from .compiled import Kernel, quantised
from .layouts import LAYOUTS
from .native_linear import NativeLinear

SIZES = (1, 296, 512, 1800)
"""Columns: less than a group, some groups, a block, several and some groups."""
_POINTER, _INT64, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int


@functools.lru_cache(maxsize=1)
def kernel() -> Kernel:
    """The compiled kernel, tried out. `Unusable` says why there is none."""
    compiled, origin = library()
    compiled.r1_linear.argtypes = [_POINTER, _POINTER, _POINTER, _INT64, _INT, _INT, _POINTER]
    compiled.r1_pack.argtypes = [_INT, _POINTER, _POINTER, _POINTER, _INT64, _INT64, _POINTER, _INT]
    compiled.r1_take.argtypes = [_INT, _POINTER, _INT64, _INT64, _POINTER, _INT]
    compiled.r1_unpack.argtypes = [_INT, _POINTER, _INT64, _INT64, _POINTER, _INT]
    compiled.r1_factor.argtypes = [_POINTER, _INT64, _INT]
    for function in ("r1_linear", "r1_factor", "r1_pack", "r1_take", "r1_unpack", "r1_threads"):
        getattr(compiled, function).restype = None
    compiled.r1_scratch.argtypes, compiled.r1_scratch.restype = [_INT64, _INT64, _INT], _INT64
    compiled.r1_size.argtypes, compiled.r1_size.restype = [_INT, _INT64], _INT64
    compiled.r1_name.restype = ctypes.c_char_p
    compiled.r1_threads.argtypes = [_POINTER] * 3
    functions = openmp()
    if functions:
        compiled.r1_threads(*functions)
    made = Kernel(compiled.r1_name().decode(), origin, compiled, bool(functions))
    _try_out(made)
    return made


def openmp() -> list[int]:
    """The addresses of what `threads.c` needs of torch's OpenMP library; empty where it isn't to be found.

    LLVM's and Intel's libraries have GNU's entry points too. torch makes its libraries' names known to the process.
    """
    names = ("GOMP_parallel", "omp_get_thread_num", "omp_get_num_threads")
    with contextlib.suppress(AttributeError, OSError, TypeError):
        process = ctypes.CDLL(None)
        return [ctypes.cast(getattr(process, name), _POINTER).value or 0 for name in names]
    return []


def _try_out(made: Kernel) -> None:
    """`Unusable` where the kernel and torch disagree on a small case."""
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(40, 296, generator=generator)
    x = torch.randn(27, 296, generator=generator)
    for layout in LAYOUTS.values():
        # `layouts.h` and `layouts.py` both tell it, and what is packed would be written beyond its room.
        if any(made.library.r1_size(layout.number, columns) != layout.size(columns) for columns in SIZES):
            raise Unusable("the compiled kernel has other blocks than it should")
        blocks = made.pack(layout, weight)
        wanted = quantised(x) @ made.unpack(layout, blocks, 40, 296).T
        linear = NativeLinear(made, [(layout, blocks, 40)], 296)
        if not all(torch.allclose(linear(x[:n]), wanted[:n], rtol=1e-4, atol=1e-3) for n in (1, 3, 27)):
            raise Unusable("the compiled kernel computes something else than it should")
