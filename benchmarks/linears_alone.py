"""`linears_alone`: all linear layers of a pass, and nothing between them; in one C call, where a pass is one too."""

from __future__ import annotations

import ctypes
import functools
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from r1widget.engines.native import recipe
from r1widget.engines.weights.linears.kernel import openmp
from r1widget.engines.weights.linears.native_linear import NativeLinear

_SOURCE = Path(__file__).with_suffix(".c")
_POINTER, _INT64, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int


def linears_alone(network: Any, rows: int = 1) -> Callable[[], object]:
    """Something that computes them for so many rows, in the order of a pass, on numbers that are there already."""
    of = network.transformer
    linears = of.linears
    if network.passes is not None:
        return in_one_call(linears, torch.randn(rows, max(linear.columns for linear in linears)))
    inputs = {linear.columns: torch.randn(rows, linear.columns).to(of.stream) for linear in linears}

    def run() -> None:
        for linear in linears:
            linear(inputs[linear.columns])

    return run


def in_one_call(linears: Sequence[NativeLinear], x: Tensor) -> Callable[[], Tensor]:
    """Each on the first numbers of x (rows, the most columns), float32; gives what comes out of the last one."""
    library, threads, rows = _compiled(), torch.get_num_threads(), len(x)
    y = torch.empty(rows * max(linear.rows for linear in linears))
    room = max(library.r1_scratch(rows, linear.columns, threads) for linear in linears)
    first, second = torch.empty(2, room, dtype=torch.uint8)
    addresses = (_POINTER * len(linears))(*(linear.address for linear in linears))
    arguments = addresses, len(linears), x.data_ptr(), y.data_ptr(), rows, threads, first.data_ptr(), second.data_ptr()
    keep = linears, x, first, second

    def run(keep: object = keep) -> Tensor:
        library.linears_alone(*arguments)
        return y[: rows * linears[-1].rows].view(rows, -1)

    return run


@functools.cache
def _compiled() -> ctypes.CDLL:
    """The engine's own sources with `linears_alone.c` beside them, on torch's threads; compiled in some seconds, and kept nowhere."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"alone{recipe.SUFFIX}"
        include = f"-I{recipe.SOURCES[0].parent}"
        recipe.build(recipe.compiler(), (*recipe.NATIVE, include), path, (*recipe.SOURCES, _SOURCE))
        library = ctypes.CDLL(str(path))
    library.r1_scratch.argtypes, library.r1_scratch.restype = [_INT64, _INT64, _INT], _INT64
    library.linears_alone.argtypes = [_POINTER, _INT64, _POINTER, _POINTER, _INT64, _INT, _POINTER, _POINTER]
    library.r1_threads.argtypes = [_POINTER] * 3
    if functions := openmp():
        library.r1_threads(*functions)
    return library
