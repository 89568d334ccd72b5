"""`read_header`: what a GGUF file says of itself, and where its tensors lie. No torch, no numpy: 150,000 tokens take 0.2 s.

(The reader of the package `gguf` makes several arrays of each token: 5 s and 0.5 GB for the same file.)

The format: github.com/ggml-org/ggml, docs/gguf.md. A file is somebody else's, so each length is held against its size first, and
what is made of it is counted: a header takes at most some hundreds of megabytes and some seconds, whatever it says.
"""

from __future__ import annotations

import math
import mmap
import struct
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....errors import WeightsCorrupt
from .types import TYPES, Type

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_ARRAYS = {**_SCALARS, 7: "B"}
_STRING, _ARRAY = 8, 9
_VERSIONS = (2, 3)
_DEEPEST = 4
"""Arrays within arrays."""
_MOST_BYTES = 1 << 28
"""Of a header. One with 256,000 tokens and as many merges has 20 MB."""
_MOST_VALUES = 4_000_000
"""Texts, and values that aren't in an array of numbers."""
_MOST_DIMENSIONS = 4


@dataclass(frozen=True, slots=True)
class TensorInfo:
    name: str
    shape: tuple[int, ...]
    """As torch has it: rows first, and what lies side by side last."""
    type: Type
    start: int
    """From the file's beginning."""

    @property
    def count(self) -> int:
        """Numbers."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.count // self.type.weights * self.type.bytes


@dataclass(frozen=True, slots=True)
class Header:
    metadata: Mapping[str, Any]
    """Numbers, booleans and texts; of arrays, lists of texts and `array`s of numbers."""
    tensors: Mapping[str, TensorInfo]
    """By the names that llama.cpp gives them."""
    data: int = 0
    """Where the tensors begin."""

    @property
    def architecture(self) -> str:
        found = self.metadata.get("general.architecture")
        return found if isinstance(found, str) else ""

    def of_architecture(self, key: str, default: Any = None) -> Any:
        """What is said of this architecture: `block_count`, `context_length`, …"""
        return self.metadata.get(f"{self.architecture}.{key}", default)


def read_header(path: Path) -> Header:
    """The header of one file. `WeightsCorrupt` where it isn't one, or ends before its tensors do; `OSError` where it can't be read."""
    size = path.stat().st_size
    if size == 0:
        raise damaged(path, "is empty")
    if size < 24:
        raise damaged(path, "is too short to be one")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        try:
            return _Reader(path, mapped, size).header()
        except (struct.error, OverflowError) as error:
            raise damaged(path, "has a header that can't be read") from error


class _Reader:
    def __init__(self, path: Path, data: mmap.mmap, size: int) -> None:
        self._path, self._data, self._file_size, self._at = path, data, size, 0
        self._size = min(size, _MOST_BYTES)  # of what may be header
        self._values = _MOST_VALUES

    def header(self) -> Header:
        if self._data[:4] != b"GGUF":
            raise damaged(self._path, "doesn't begin as one does")
        self._at = 4
        version = self._number("I")
        if version not in _VERSIONS:
            raise self._of_version(version)
        tensors, pairs = self._number("Q"), self._number("Q")
        metadata: dict[str, Any] = {}
        for _ in range(self._possible(pairs, 13)):
            key = self._text()
            if key in metadata:
                raise damaged(self._path, f"says {said(key)} twice")
            metadata[key] = self._value(self._number("I"), 0)
        found = [self._tensor() for _ in range(self._possible(tensors, 24))]
        alignment = metadata.get("general.alignment", 32)
        if type(alignment) is not int or not 1 <= alignment <= 1 << 16 or alignment & (alignment - 1):
            raise damaged(self._path, "has an alignment that isn't one")
        data = -(-self._at // alignment) * alignment
        return Header(metadata, self._placed(found, data), data)

    def _of_version(self, version: int) -> WeightsCorrupt:
        if int.from_bytes(version.to_bytes(4, "little"), "big") in _VERSIONS:
            return WeightsCorrupt(
                f"{said(self._path.name)} was made for big-endian machines.", "Get another file of the model."
            )
        return WeightsCorrupt(
            f"{said(self._path.name)} is a GGUF file of version {version}, and versions 2 and 3 are read.",
            "Get a newer file of the model."
            if version < min(_VERSIONS)
            else "A newer r1widget may read it: pip install -U r1widget.",
        )

    def _placed(self, found: list[TensorInfo], data: int) -> dict[str, TensorInfo]:
        """With their places in the file, of which each has its own."""
        placed: dict[str, TensorInfo] = {}
        end = data
        for info in sorted(found, key=lambda info: (info.start, info.size)):
            if info.name in placed:
                raise damaged(self._path, f"has the tensor {said(info.name)} twice")
            start = data + info.start
            if start < end:
                raise damaged(self._path, f"has two tensors in one place ({said(info.name)})")
            placed[info.name] = TensorInfo(info.name, info.shape, info.type, start)
            end = start + info.size
        if self._file_size < end:
            raise damaged(self._path, f"has {self._file_size:,} bytes where {end:,} belong")
        return {info.name: placed[info.name] for info in found}

    def _tensor(self) -> TensorInfo:
        name, dimensions = self._text(), self._number("I")
        if not 1 <= dimensions <= _MOST_DIMENSIONS:
            raise damaged(self._path, f"has a tensor of {dimensions} dimensions")
        shape = tuple(reversed(self._numbers(f"{dimensions}Q")))
        number, start = self._number("I"), self._number("Q")
        kind = TYPES.get(number)
        if kind is None:
            raise WeightsCorrupt(
                f"{said(self._path.name)} holds weights of a type that isn't known here ({number}, in {said(name)}).",
                "Take another file of the model: Q4_K_M, Q8_0, …",
            )
        if 0 in shape:
            raise damaged(self._path, f"has a tensor without numbers ({said(name)})")
        if shape[-1] % kind.weights:
            raise damaged(self._path, f"has rows of {shape[-1]} numbers in blocks of {kind.weights} ({said(name)})")
        return TensorInfo(name, shape, kind, start)

    def _value(self, kind: int, depth: int) -> Any:
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY or depth == _DEEPEST:
            raise damaged(self._path, f"has a value of an unknown kind ({kind})")
        inner, count = self._number("I"), self._number("Q")
        if inner in _ARRAYS:
            code = "<" + _ARRAYS[inner]
            size = self._held(count, struct.calcsize(code)) * struct.calcsize(code)
            values = array(_ARRAYS[inner], self._data[self._at : self._at + size])
            self._at += size
            return values
        if inner == _STRING:
            return self._texts(self._possible(count, 8))
        return [self._value(inner, depth + 1) for _ in range(self._possible(count, 12))]

    def _texts(self, count: int) -> list[str]:
        """The loop that a vocabulary goes through: without calls."""
        data, at, found, length = self._data, self._at, [], struct.Struct("<Q").unpack_from
        for _ in range(count):
            (size,) = length(data, at)
            at += 8 + size
            if at > self._size:
                raise self._cut_off()
            found.append(data[at - size : at].decode("utf-8", "surrogateescape"))
        self._at = at
        return found

    def _text(self) -> str:
        return self._texts(1)[0]

    def _number(self, code: str) -> Any:
        return self._numbers(code)[0]

    def _numbers(self, code: str) -> tuple[Any, ...]:
        if self._at > self._size:
            raise self._cut_off()
        found = struct.unpack_from("<" + code, self._data, self._at)
        self._at += struct.calcsize("<" + code)
        return found

    def _possible(self, count: int, least: int) -> int:
        """A count of values of at least so many bytes: they must fit into the file, and into the memory that a header may take."""
        self._values -= self._held(count, least)
        if self._values < 0:
            raise damaged(self._path, f"has more than {_MOST_VALUES:,} values in its header")
        return count

    def _held(self, count: int, least: int) -> int:
        if count * least > self._size - self._at:
            raise self._cut_off()
        return count

    def _cut_off(self) -> WeightsCorrupt:
        how = "is cut off in its header" if self._size == self._file_size else "has a header that doesn't end"
        return damaged(self._path, how)


def damaged(path: Path, how: str) -> WeightsCorrupt:
    return WeightsCorrupt(
        f"The GGUF file {said(path.name)} {how}: it is damaged, or was only half downloaded.", "Get it again."
    )


def said(text: str) -> str:
    """What a file says, as it goes into a sentence: in one line, and not long."""
    shown = "".join(character if character.isprintable() else "�" for character in text[:80])
    return shown + ("…" if len(text) > 80 else "")
