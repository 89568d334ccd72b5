"""What is in safetensors files, read from their headers: sizes, and whether the files are whole. No torch is needed.

A file is eight bytes with the length of its header, the header (JSON: each tensor's type, shape and place), and the
tensors (github.com/huggingface/safetensors, "Format").
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import WeightsCorrupt

INDEX = "model.safetensors.index.json"
WHOLE = "model.safetensors"
_FLOATS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
"""Bytes of a number."""
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


@dataclass(frozen=True, slots=True)
class TensorInfo:
    path: Path
    """The file that it is in."""
    kind: str
    """As the format calls it: "F32", "F16", "BF16", "I8", …"""
    shape: tuple[int, ...]
    start: int
    """From the file's beginning."""
    size: int
    """Bytes."""


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
    for info in tensors(paths).values():
        count = math.prod(info.shape)
        parameters += count
        if info.kind in _FLOATS:
            floats += count
        else:
            other += info.size
    return Contents(parameters, floats, other)


def tensors(paths: Iterable[Path]) -> Mapping[str, TensorInfo]:
    """The files' tensors by name; `WeightsCorrupt` as of `read`."""
    return {name: info for path in paths for name, info in _tensors(path).items()}


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


def _tensors(path: Path) -> dict[str, TensorInfo]:
    if not path.exists():
        raise _damaged(path, "is missing")
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > size - 8:
            raise _damaged(path, "is cut off in its header")
        try:
            header = json.loads(file.read(length))
            found = {name: _tensor(path, entry, 8 + length) for name, entry in header.items() if name != "__metadata__"}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(path, "has a header that can't be read") from error
    whole = max((info.start + info.size for info in found.values()), default=8 + length)
    if size != whole:
        raise _damaged(path, f"has {size:,} bytes where {whole:,} belong")
    return found


def _tensor(path: Path, entry: Mapping[str, Any], data: int) -> TensorInfo:
    """`ValueError` where the header contradicts itself."""
    kind, shape, (begin, end) = str(entry["dtype"]), tuple(map(int, entry["shape"])), map(int, entry["data_offsets"])
    if not 0 <= begin <= end or any(length < 0 for length in shape):
        raise ValueError("a tensor lies nowhere")
    if kind in _FLOATS and math.prod(shape) * _FLOATS[kind] != end - begin:
        raise ValueError("a tensor has another size than its shape")
    return TensorInfo(path, kind, shape, data + begin, end - begin)


def _damaged(path: Path, how: str) -> WeightsCorrupt:
    return WeightsCorrupt(f"The weights file {path.name} {how}: it is damaged, or was only half downloaded.")
