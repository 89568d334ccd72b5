"""What a model's layers are made of, and where each tensor of them lies: known before the first weight is packed.

It lies so in memory, or in a file, whose format is safetensors. Nothing is written or mapped here; that is `store` and `packing`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import torch

from ....errors import WeightsCorrupt
from ..source import Source
from .plain import Plain
from .scheme import Layout, Part, Scheme

VERSION = "2"
ALIGNMENT = 64
SAMPLES, SAMPLE = 64, 1 << 14
"""How many places of a file are read to see whether it is what was written, and how many bytes at each."""
_TYPES = {
    torch.uint8: "U8",
    torch.int8: "I8",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.float32: "F32",
}
UNKNOWN = "0" * 64
"""As long as a sample's digest, in its place before there is one."""


@dataclass(frozen=True)
class Place:
    """Where a tensor lies."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True)
class Piece:
    """One of a part's weights, and the tensors that it is packed into."""

    weight: str
    layout: Layout
    rows: int
    columns: int
    places: Mapping[str, Place]
    """Empty where the weight is computed with as it lies in its file."""


@dataclass(frozen=True)
class Layer:
    part: Part
    pieces: Sequence[Piece]


def arrange(source: Source, parts: Sequence[Part], scheme: Scheme) -> tuple[list[Layer], int]:
    """The layers with their tensors' places, counted from the end of the header; and all bytes. `WeightsCorrupt` where
    tensors are missing or don't fit together."""
    layers, at = [], 0
    for part in parts:
        pieces = []
        for weight, (rows, columns) in zip(part.weights, shapes_of(source, part), strict=True):
            layout = scheme.layout_of(part, weight, source.kind(weight))
            places = {}
            for name, (dtype, shape) in layout.plan(rows, columns).items() if not isinstance(layout, Plain) else ():
                places[name] = Place(dtype, shape, at)
                at = aligned(at + places[name].size)
            pieces.append(Piece(weight, layout, rows, columns, places))
        layers.append(Layer(part, pieces))
    return layers, at


def shapes_of(source: Source, part: Part) -> list[tuple[int, int]]:
    """Rows and columns of each of its weights. `WeightsCorrupt` where they don't make up a layer."""
    shapes = [_shape(source, name, 2) for name in part.weights]
    if len({columns for _, columns in shapes}) != 1:
        raise WeightsCorrupt(f"The tensors {', '.join(part.weights)} should have equally many columns.")
    if part.biases and [_shape(source, name, 1)[0] for name in part.biases] != [rows for rows, _ in shapes]:
        raise WeightsCorrupt(f"The biases {', '.join(part.biases)} don't have as many numbers as their weights rows.")
    return [(rows, columns) for rows, columns in shapes]


def _shape(source: Source, name: str, dimensions: int) -> tuple[int, ...]:
    shape = source.shape(name)
    if len(shape) != dimensions:
        raise WeightsCorrupt(f"The tensor {name!r} has the shape {shape}, and {dimensions} dimensions belong there.")
    return shape


def describe(layers: Sequence[Layer], scheme: Scheme, key: str, size: int) -> dict[str, str]:
    composition = repr([(layer.part, [piece.layout.name for piece in layer.pieces]) for layer in layers])
    return {
        "format": "pt",
        "r1widget": VERSION,
        "layout": scheme.key,
        "key": key,
        "parts": hashlib.sha256(composition.encode()).hexdigest(),
        "bytes": str(size),
    }


def header(layers: Sequence[Layer], description: Mapping[str, str], sample: str) -> bytes:
    """The file's beginning. The format allows no gaps, so what aligns the tensors is tensors too."""
    entries: dict[str, Any] = {"__metadata__": {**description, "sample": sample}}
    for piece in (piece for layer in layers for piece in layer.pieces):
        for name, place in piece.places.items():
            end = place.start + place.size
            entries[f"{piece.weight}.{name}"] = {
                "dtype": _TYPES[place.dtype],
                "shape": list(place.shape),
                "data_offsets": [place.start, end],
            }
            if gap := aligned(end) - end:
                entries[f"gap.{end}"] = {"dtype": "U8", "shape": [gap], "data_offsets": [end, end + gap]}
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (aligned(len(text) + 8) - len(text) - 8)
    return len(text).to_bytes(8, "little") + text


def sample(file: IO[bytes], start: int, size: int) -> str:
    """A digest of places spread over the tensors, the last bytes among them."""
    digest = hashlib.sha256()
    for number in range(SAMPLES):
        file.seek(start + max(0, size - SAMPLE) * number // (SAMPLES - 1))
        digest.update(file.read(SAMPLE))
    return digest.hexdigest()


def aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
