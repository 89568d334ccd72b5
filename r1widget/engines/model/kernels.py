"""What a pass does between its linear layers, in C: attention with its caches, sums and norms, the gate.

`attention.c` and `steps.c` are part of the library that `native` makes. Where there is none, or the tensors are
of a kind that it doesn't know, `steps` and `Steps.suits` say so, and torch's operations do the same work (`lean`). Where the
linear layers are ours too, all is one call (`passes`).
"""

from __future__ import annotations

import ctypes
import functools

import torch
from torch import Tensor

from ..kvcache.paged import PagedCache
from ..native.library import Unusable
from ..weights.linears.kernel import kernel
from ..weights.linears.native_linear import Scratch
from .batch import Batch

MOST_SIZE, MOST_ROWS = 256, 96
"""The largest head, and the most query heads to a key head."""
_POINTER, _INT64, _INT, _FLOAT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int, ctypes.c_float


class Attention:
    """Attention in one pass, a layer at a time."""

    def __init__(self, library: ctypes.CDLL, batch: Batch) -> None:
        self._batch = batch
        self._in, self._out = (batch.heads + 2 * batch.key_heads) * batch.size, batch.heads * batch.size
        self._threads = torch.get_num_threads()
        self._call = library.r1_attend
        self._room: int = library.r1_attend_scratch(batch.address, self._threads)

    def __call__(self, layer: int, mixed: Tensor, query_norm: Tensor | None, key_norm: Tensor | None) -> Tensor:
        """Queries, keys and values of the new positions, (rows, heads·size), to what they see, (rows, heads·size).

        Keys and values are in the caches afterwards, behind the others. Norms are float32."""
        mixed, batch = mixed.contiguous(), self._batch
        if mixed.dtype is not batch.dtype or mixed.shape != (batch.rows, self._in):
            raise ValueError(f"({batch.rows}, {self._in}) is wanted, and {tuple(mixed.shape)} came")
        out = torch.empty((batch.rows, self._out), dtype=batch.dtype)
        self._call(
            batch.address,
            layer,
            mixed.data_ptr(),
            None if query_norm is None else query_norm.data_ptr(),
            None if key_norm is None else key_norm.data_ptr(),
            out.data_ptr(),
            self._threads,
            scratch.of(self._room),
        )
        return out


class Steps:
    """The compiled steps. Those on single rows are for float32."""

    def __init__(self, library: ctypes.CDLL, about: str) -> None:
        """`about` says in words which library it is."""
        self.library, self.about = library, about
        self._norm, self._gate = library.r1_norm, library.r1_gate

    @staticmethod
    def suits(device: torch.device, heads: int, key_heads: int, size: int, *dtypes: torch.dtype) -> bool:
        """Whether `attention` does it for these shapes and types."""
        return (
            device.type == "cpu"
            and size % 16 == 0
            and size <= MOST_SIZE
            and heads % key_heads == 0
            and heads // key_heads <= MOST_ROWS
            and {*dtypes} <= {torch.float32, torch.bfloat16}
        )

    def attention(self, batch: Batch) -> Attention:
        """Attention in one pass."""
        return Attention(self.library, batch)

    def norm(self, x: Tensor, added: Tensor | None, weight: Tensor, epsilon: float) -> Tensor:
        """Add `added` to x, in place; x's root-mean-square norm. (n, columns) float32, x without gaps."""
        out = torch.empty_like(x)
        if added is not None:
            added = added.contiguous()
        n, columns = x.shape
        self._norm(
            x.data_ptr(),
            None if added is None else added.data_ptr(),
            weight.data_ptr(),
            out.data_ptr(),
            n,
            columns,
            epsilon,
            torch.get_num_threads(),
        )
        return out

    def gate(self, x: Tensor) -> Tensor:
        """silu of the first half of each row times the second; (n, 2·columns) to (n, columns), float32."""
        x = x.contiguous()
        n, columns = x.shape[0], x.shape[1] // 2
        out = torch.empty((n, columns))
        self._gate(x.data_ptr(), out.data_ptr(), n, columns, torch.get_num_threads())
        return out


scratch = Scratch()
"""What the compiled calls of this folder share, a thread each."""


@functools.lru_cache(maxsize=1)
def steps() -> Steps | None:
    """The compiled steps, tried out; None where there are none. The first call may compile, for some seconds."""
    try:
        compiled = kernel()
    except Unusable:
        return None
    library = compiled.library
    library.r1_attend_scratch.argtypes, library.r1_attend_scratch.restype = [_POINTER, _INT], _INT64
    library.r1_attend.argtypes = [_POINTER, _INT64, *[_POINTER] * 4, _INT, _POINTER]
    library.r1_norm.argtypes = [*[_POINTER] * 4, _INT64, _INT64, _FLOAT, _INT]
    library.r1_gate.argtypes = [_POINTER, _POINTER, _INT64, _INT64, _INT]
    library.r1_attend.restype = library.r1_norm.restype = library.r1_gate.restype = None
    made = Steps(library, f"{compiled.name}, {compiled.origin}")
    return made if _is_right(made) else None


def _is_right(made: Steps) -> bool:
    """Whether the compiled steps and torch agree on a small case."""
    generator = torch.Generator().manual_seed(0)
    cache = PagedCache(1, 1, 16, torch.float32, torch.device("cpu"))
    cache.reserve(70)
    rope_cache = torch.cat((torch.ones(70, 1, 16), torch.zeros(70, 1, 16)), 1)
    mixed = torch.randn(70, 4, 16, generator=generator)
    attend = made.attention(Batch([cache], [70], rope_cache, heads=2, dtype=torch.float32, epsilon=1e-6))
    got = attend(0, mixed.view(70, -1), None, None).view(70, 2, 16)
    queries, keys, values = mixed.transpose(0, 1).split((2, 1, 1))
    wanted = torch.nn.functional.scaled_dot_product_attention(
        queries, keys.expand(2, -1, -1), values.expand(2, -1, -1), is_causal=True
    )
    x = mixed.view(35, 128)
    gated = torch.nn.functional.silu(x[:, :64]) * x[:, 64:]
    normed = torch.nn.functional.rms_norm(2 * x, (128,), x[0], 1e-6)
    return (
        torch.allclose(got, wanted.transpose(0, 1), atol=1e-4)
        and torch.allclose(made.gate(x), gated, atol=1e-5)
        and torch.allclose(made.norm(x.clone(), x, x[0], 1e-6), normed, atol=1e-4)
    )
