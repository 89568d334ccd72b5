"""`pack`: a checkpoint's weights into their layouts, some rows at a time; `in_memory` and `layers_of`: layers of what came of it."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

import torch
from torch import Tensor

from ..heap import trim
from ..source import Source
from .arrangement import Layer, Piece, Place
from .plain import Plain
from .scheme import Linear, Segment
from .stacked import join

PIECE = 4 << 20
"""Weights that are packed at a time."""
Report = Callable[[int, int], None]
"""Hears how many of how many bytes are packed."""
Importance = Callable[[int], Mapping[str, Tensor]]
"""Of each weight of the layer of that number, how much an error in each column matters, (columns,). It is asked once for each
layer, from the first to the head, before the layer is packed: so a calibration may go through the model beside it."""


def evenly(layer: int) -> Mapping[str, Tensor]:
    """Nothing is known of any column."""
    return {}


def pack(
    source: Source,
    layers: Sequence[Layer],
    size: int,
    put: Callable[[Place, int, Tensor], None],
    report: Report,
    importance: Importance = evenly,
) -> None:
    """`put` is told a tensor's place, how many bytes of it are there, and the next."""
    done = 0
    for number, group in groupby(layers, key=lambda layer: layer.part.layer):
        mattering = importance(number)
        for piece in (piece for layer in group for piece in layer.pieces):
            for more in _pack_one(source, piece, put, mattering.get(piece.weight)):
                done += more
                report(done, size)
    trim()
    report(size, size)


def _pack_one(
    source: Source, piece: Piece, put: Callable[[Place, int, Tensor], None], importance: Tensor | None
) -> Iterator[int]:
    """The bytes that were put, from time to time."""
    layout, places = piece.layout, piece.places
    if not places:
        return
    takes = bool(layout.takes) and source.kind(piece.weight) == layout.takes
    step = layout.block * max(1, PIECE // (layout.block * piece.columns))
    at = dict.fromkeys(places, 0)
    across: dict[str, list[Tensor]] = {name: [] for name in places if layout.axes.get(name)}
    for first in range(0, piece.rows, step):
        last = min(first + step, piece.rows)
        if takes:
            packed = layout.take(source.stored(piece.weight, first, last), piece.columns)
        else:
            packed = layout.pack(source.rows(piece.weight, first, last), importance)
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


def in_memory(
    source: Source, layers: Sequence[Layer], size: int, report: Report, importance: Importance = evenly
) -> dict[str, Linear]:
    """Layers in memory of this process."""
    # A map of its own: the allocator would keep what a heap has between the pieces that are read beside it.
    whole = torch.frombuffer(mmap.mmap(-1, size), dtype=torch.uint8) if size else torch.empty(0, dtype=torch.uint8)

    def put(place: Place, offset: int, tensor: Tensor) -> None:
        data = tensor.contiguous().view(torch.uint8).reshape(-1)
        whole[place.start + offset : place.start + offset + len(data)] = data

    pack(source, layers, size, put, report, importance)
    return layers_of(source, layers, whole)


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
