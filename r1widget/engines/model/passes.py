"""`Passes`: all layers of a pass in one C call (`pass.c`), where every linear layer is one of ours.

The C structures are made once, of the `Transformer` that every way to run a pass shares. They hold addresses alone: what
lies there is the transformer's.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from time import perf_counter

import torch
from torch import Tensor

from ..weights.linears.native_linear import NativeLinear
from .batch import Batch
from .kernels import scratch
from .transformer import Layer, Transformer

LOOK = 0.03
"""Seconds of layers between two looks whether anybody still waits. One row of 1.5B takes 20 to 40 ms, and looks once or twice; a
chunk of a prompt looks behind two layers or three. To look takes 10 µs, or as long as another thread of Python keeps the interpreter."""
_POINTER, _INT64, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int


class _Layer(ctypes.Structure):
    _fields_ = [
        (name, _POINTER)
        for name in ("input_norm", "query_norm", "key_norm", "inner_norm", "qkv", "o", "gate_up", "down")
    ]


class _Network(ctypes.Structure):
    _fields_ = [("layers", _POINTER), ("norm", _POINTER), ("head", _POINTER)]


class _Pass(ctypes.Structure):
    _fields_ = [
        ("network", _POINTER),
        ("batch", _POINTER),
        ("first", _INT64),
        ("last", _INT64),
        ("x", _POINTER),
        ("wanted", _POINTER),
        ("count", _INT64),
        ("logits", _POINTER),
    ]


class Passes:
    """A transformer's layers, norm and head as `pass.c` sees them."""

    def __init__(self, library: ctypes.CDLL, transformer: Transformer) -> None:
        self._linears = {id(linear): linear for linear in transformer.linears if isinstance(linear, NativeLinear)}
        self._norms: list[Tensor] = []  # in float32, and so perhaps nobody else's
        self._layers = (_Layer * len(transformer.layers))(*map(self._layer, transformer.layers))
        self._network = _Network(
            ctypes.addressof(self._layers), self._norm(transformer.norm), self._linear(transformer.lm_head)
        )
        self._vocabulary = transformer.lm_head.rows
        self._seconds: dict[int, float] = {}
        """What a layer took last, by how many binary digits the number of rows has."""
        self._call, self._room = library.r1_pass, library.r1_pass_scratch
        self._room.argtypes, self._room.restype = [_POINTER, _INT], _INT64
        self._call.argtypes, self._call.restype = [_POINTER, _INT, _POINTER], None

    @staticmethod
    def suits(transformer: Transformer) -> bool:
        """Whether all its linear layers are ours, and what flows between them is float32."""
        return transformer.stream is torch.float32 and all(
            isinstance(linear, NativeLinear) for linear in transformer.linears
        )

    def __call__(self, x: Tensor, batch: Batch, wanted: Sequence[int], is_over: Callable[[], bool]) -> Tensor | None:
        """Embeddings (rows, hidden), float32, which are written over, to the logits of the `wanted` rows, (wanted, vocabulary).
        None where the pass was abandoned, because it `is_over`: that is asked now and then (`LOOK`)."""
        x = x.contiguous()
        logits = torch.empty(len(wanted), self._vocabulary)
        rows = (_INT64 * len(wanted))(*wanted)
        layers, threads = len(self._layers), torch.get_num_threads()
        described = _Pass(
            ctypes.addressof(self._network),
            batch.address,
            x=x.data_ptr(),
            wanted=ctypes.addressof(rows),
            logits=logits.data_ptr(),
        )
        address, first = ctypes.addressof(described), 0
        while first < layers:
            if is_over():
                return None
            last = min(layers, first + self._at_once(len(x)))
            described.first, described.last = first, last
            described.count = len(wanted) if last == layers else 0
            started = perf_counter()
            self._call(address, threads, scratch.of(self._room(address, threads)))
            self._seconds[len(x).bit_length()] = (perf_counter() - started) / (last - first)
            first = last
        return logits

    def _at_once(self, rows: int) -> int:
        seconds = self._seconds.get(rows.bit_length())
        return 1 if seconds is None else max(1, int(LOOK / seconds))

    def _layer(self, layer: Layer) -> _Layer:
        norms = (layer.input_layernorm, layer.query_norm, layer.key_norm, layer.post_attention_layernorm)
        linears = (layer.qkv_proj, layer.o_proj, layer.gate_up_proj, layer.down_proj)
        return _Layer(*map(self._norm, norms), *map(self._linear, linears))

    def _norm(self, norm: Tensor | None) -> int | None:
        if norm is None:
            return None
        self._norms.append(norm.float().contiguous())
        return self._norms[-1].data_ptr()

    def _linear(self, linear: object) -> int:
        return self._linears[id(linear)].address
