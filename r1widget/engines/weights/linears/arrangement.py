"""What the file of a model's quantised layers holds, and where: known before the first weight is quantised.

The format is safetensors. Nothing is written or mapped here; that is `store`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import torch

from .scheme import Part, Scheme
from .source import Source

VERSION = "1"
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
class Layer:
    part: Part
    scheme: Scheme
    rows: int
    columns: int
    places: dict[str, Place]


def arrange(source: Source, parts: Sequence[Part], scheme: Scheme) -> tuple[list[Layer], int]:
    """The layers with their tensors' places, counted from the end of the header; and all bytes."""
    layers, at = [], 0
    for part in parts:
        rows, columns = source.shape(part)
        own = scheme.of(part)
        places = {}
        for name, (dtype, shape) in own.plan(rows, columns, bool(part.biases)).items():
            places[name] = Place(dtype, shape, at)
            at = aligned(at + places[name].size)
        layers.append(Layer(part, own, rows, columns, places))
    return layers, at


def describe(scheme: Scheme, parts: Sequence[Part], key: str, size: int) -> dict[str, str]:
    composition = repr([(part.name, part.weights, part.biases, part.head) for part in parts])
    return {
        "format": "pt",
        "r1widget": VERSION,
        "layout": scheme.layout,
        "key": key,
        "parts": hashlib.sha256(composition.encode()).hexdigest(),
        "bytes": str(size),
    }


def header(layers: Sequence[Layer], description: Mapping[str, str], sample: str) -> bytes:
    """The file's beginning. The format allows no gaps, so what aligns the tensors is tensors too."""
    entries: dict[str, Any] = {"__metadata__": {**description, "sample": sample}}
    for layer in layers:
        for name, place in layer.places.items():
            end = place.start + place.size
            entries[f"{layer.part.name}.{name}"] = {
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
