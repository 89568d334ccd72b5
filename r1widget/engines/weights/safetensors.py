"""What is in safetensors files, read from their headers: sizes, and whether the files are whole. No torch is needed.

A file is eight bytes with the length of its header, the header (JSON: each tensor's type, shape and place), and the
tensors (github.com/huggingface/safetensors, "Format").
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...errors import WeightsCorrupt

INDEX = "model.safetensors.index.json"
WHOLE = "model.safetensors"
_FLOATS = {"F64", "F32", "F16", "BF16"}
_SHARE = 1 << 16


@dataclass(frozen=True, slots=True)
class Contents:
    """What a model's weights files hold."""

    parameters: int
    """Numbers that are weights of the model, quantized ones as they are packed."""
    float_parameters: int
    """Those of them that are floating-point numbers of 16 bits or more, which loading converts to its own type."""
    other_bytes: int
    """Bytes of all others, which stay as they are."""


def files(folder: Path) -> list[Path]:
    """The model's weights files; empty where it has none in this format."""
    if (folder / INDEX).exists():
        try:
            names = set(json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, AttributeError) as error:
            raise _damaged(folder / INDEX, "can't be read") from error
        return sorted(folder / name for name in names)
    return [folder / WHOLE] if (folder / WHOLE).exists() else []


def read(paths: Iterable[Path]) -> Contents:
    """What the files hold; `WeightsCorrupt` where one is missing, damaged, or shorter than its header says."""
    parameters = floats = other = 0
    for path in paths:
        for kind, shape, begin, end in _tensors(path):
            count = math.prod(shape)
            parameters += count
            if kind in _FLOATS:
                floats += count
            else:
                other += end - begin
    return Contents(parameters, floats, other)


def fingerprint(paths: Iterable[Path]) -> str:
    """Twelve hexadecimal digits that change when a file does: of its name, size, beginning and end."""
    digest = hashlib.sha256()
    for path in paths:
        size = path.stat().st_size
        digest.update(f"{path.name} {size} ".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SHARE))
            file.seek(max(0, size - _SHARE))
            digest.update(file.read(_SHARE))
    return digest.hexdigest()[:12]


def _tensors(path: Path) -> list[tuple[str, list[int], int, int]]:
    """Type, shape, and first and last byte of each tensor."""
    if not path.exists():
        raise _damaged(path, "is missing")
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > size - 8:
            raise _damaged(path, "is cut off in its header")
        try:
            header = json.loads(file.read(length))
            entries = [entry for name, entry in header.items() if name != "__metadata__"]
            tensors = [(entry["dtype"], entry["shape"], *_place(entry["data_offsets"])) for entry in entries]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(path, "has a header that can't be read") from error
    whole = 8 + length + max((end for *_, end in tensors), default=0)
    if size != whole:
        raise _damaged(path, f"has {size:,} bytes where {whole:,} belong")
    return tensors


def _place(offsets: list[int]) -> tuple[int, int]:
    begin, end = offsets
    return int(begin), int(end)


def _damaged(path: Path, how: str) -> WeightsCorrupt:
    return WeightsCorrupt(f"The weights file {path.name} {how}: it is damaged, or was only half downloaded.")
