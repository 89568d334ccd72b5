"""`pack`: a checkpoint's weights into their layouts, some rows at a time; `in_memory` and `layers_of`: layers of what came of it."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from ....errors import WeightsCorrupt
from ..heap import trim
from ..source import Source
from .arrangement import Layer, Piece, Place
from .plain import Plain
from .scheme import Linear, Part, Segment
from .stacked import join

PIECE = 4 << 20
"""Weights that are packed at a time."""
Report = Callable[[int, int], None]
"""Hears how many of how many bytes are packed."""


class Importance(Protocol):
    """What is known of a model's weights. It is asked in the order of the parts: a text may go through the model beside."""

    def of(self, part: Part) -> Mapping[str, Tensor]:
        """How much an error in each column of each weight matters, (columns,) or as `Kernel.pack` takes it."""
        ...

    def packed(self, part: Part, linear: Linear) -> None:
        """Told what the part has become, before the next one is asked for."""
        ...


def pack(
    source: Source,
    layers: Sequence[Layer],
    size: int,
    put: Callable[[Place, int, Tensor], None],
    report: Report,
    importance: Importance | None = None,
) -> None:
    """`put` is told a tensor's place, how many bytes of it are there, and the next."""
    done = 0
    for layer in layers:
        mattering = importance.of(layer.part) if importance else {}
        made: dict[int, list[Tensor]] = {}

        def keep(place: Place, offset: int, tensor: Tensor, made: dict[int, list[Tensor]] = made) -> None:
            put(place, offset, tensor)
            made.setdefault(place.start, []).append(tensor)

        for piece in layer.pieces:
            for more in _pack_one(source, piece, keep if importance else put, mattering.get(piece.weight)):
                done += more
                report(done, size)
        if importance and not layer.part.head:
            importance.packed(layer.part, _made(source, layer, made))
    trim()
    report(size, size)


def _pack_one(
    source: Source, piece: Piece, put: Callable[[Place, int, Tensor], None], importance: Tensor | None
) -> Iterator[int]:
    """The bytes that were put, from time to time."""
    layout, places = piece.layout, piece.places
    if not places:
        return
    takes = _takes(source, piece)
    step = layout.block * max(1, PIECE // (layout.block * piece.columns))
    at = dict.fromkeys(places, 0)
    across: dict[str, list[Tensor]] = {name: [] for name in places if layout.axes.get(name)}
    for first in range(0, piece.rows, step):
        last = min(first + step, piece.rows)
        if takes:
            packed = layout.take(source.stored(piece.weight, first, last), piece.columns)
        else:
            rows = source.rows(piece.weight, first, last)
            if not bool(torch.isfinite(rows.abs().amax())):
                raise WeightsCorrupt(f"The tensor {piece.weight!r} holds what isn't a number.")
            packed = layout.pack(rows, importance)
        for name, tensor in packed.items():
            if name in across:
                across[name].append(tensor)
                continue
            put(places[name], at[name], tensor)
            at[name] += tensor.nbytes
            yield tensor.nbytes
    for name, tensors in across.items():
        put(places[name], 0, torch.cat(tensors, dim=layout.axes[name]))
        yield places[name].size


def is_quick(source: Source, piece: Piece) -> bool:
    """Whether it is ready as fast as it is read: because it lies so, or its blocks are taken as they are."""
    return not piece.places or _takes(source, piece)


def _takes(source: Source, piece: Piece) -> bool:
    return bool(piece.layout.takes) and source.kind(piece.weight) == piece.layout.takes


def _made(source: Source, layer: Layer, made: Mapping[int, Sequence[Tensor]]) -> Linear:
    """The layer of what was put at each place."""
    segments = []
    for piece in layer.pieces:
        tensors = {name: torch.cat(list(made[place.start])).view(place.shape) for name, place in piece.places.items()}
        segments.append(Segment(piece.layout, tensors, piece.rows, piece.columns))
    return join(segments, _bias(source, layer))


def in_memory(
    source: Source, layers: Sequence[Layer], size: int, report: Report, importance: Importance | None = None
) -> dict[str, Linear]:
    """Layers in memory of this process."""
    whole = _room(size)

    def put(place: Place, offset: int, tensor: Tensor) -> None:
        tensor = tensor.contiguous()
        if tensor.nbytes > place.size - offset:
            raise ValueError(f"{tensor.nbytes} bytes more don't fit into {place.size - offset}")
        # torch's own copy would wake all its threads for each piece, and wait for them where other programs have the cores.
        ctypes.memmove(whole.data_ptr() + place.start + offset, tensor.data_ptr(), tensor.nbytes)

    pack(source, layers, size, put, report, importance)
    return layers_of(source, layers, whole)


def _room(size: int) -> Tensor:
    """A map of its own: the allocator would put pieces that are read for a moment between weights that stay, and keep their room."""
    if not size:
        return torch.empty(0, dtype=torch.uint8)
    if not hasattr(mmap, "MAP_PRIVATE"):  # Windows
        return torch.frombuffer(mmap.mmap(-1, size), dtype=torch.uint8)
    return torch.frombuffer(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), dtype=torch.uint8)


def layers_of(source: Source, layers: Sequence[Layer], packed: Tensor) -> dict[str, Linear]:
    """The layers whose weights are packed in these bytes, or lie as they are computed with in their file."""
    return {layer.part.name: join(_segments(source, layer, packed), _bias(source, layer)) for layer in layers}


def _segments(source: Source, layer: Layer, packed: Tensor) -> list[Segment]:
    segments = []
    for piece in layer.pieces:
        tensors = {name: _view(packed, place) for name, place in piece.places.items()}
        if isinstance(piece.layout, Plain):
            tensors = piece.layout.pack(source.whole(piece.weight))
        segments.append(Segment(piece.layout, tensors, piece.rows, piece.columns))
    return segments


def _bias(source: Source, layer: Layer) -> Tensor | None:
    biases = [source.rows(name, 0, *source.shape(name)).float() for name in layer.part.biases]
    return torch.cat(biases) if biases else None


def _view(packed: Tensor, place: Place) -> Tensor:
    return packed[place.start : place.start + place.size].view(place.dtype).view(place.shape)
