"""`GgufSource`: the tensors of a GGUF file, or of its parts, by transformers' names and in transformers' order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

import torch
from torch import Tensor

from ....errors import EngineError, WeightsCorrupt
from ..reading import File, buffer
from .header import TensorInfo, said
from .tensors import Placed
from .types import FLOATS

_TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
_AT_ONCE = 1 << 20
"""Numbers that are made of blocks at once: gguf's functions need several times their memory."""


class GgufSource:
    """See `source.Source`."""

    def __init__(self, tensors: Mapping[str, Placed]) -> None:
        """`tensors`: by transformers' names, in files that are as their headers say."""
        self._tensors = tensors
        self._files = {path: File(path) for path in {placed.path for placed in tensors.values()}}

    @property
    def names(self) -> Set[str]:
        return self._tensors.keys()

    def shape(self, name: str) -> tuple[int, ...]:
        return self._placed(name).info.shape

    def kind(self, name: str) -> str:
        return self._placed(name).info.type.name

    def rows(self, name: str, start: int, stop: int) -> Tensor:
        return self._numbers(name, self.stored(name, start, stop))

    def picked(self, name: str, rows: Sequence[int]) -> Tensor:
        placed = self._placed(name)
        height, size, file = *_height(placed.info), self._files[placed.path]
        found = torch.empty(len(rows), size, dtype=torch.uint8)
        target = buffer(found)
        for place, row in enumerate(rows):
            if not 0 <= row < height:
                raise IndexError(f"{name} has {height:,} rows, and {row:,} was asked for")
            at = placed.info.start + _place(row, placed.head) * size
            file.read_into(target[place * size : (place + 1) * size], at)
        return self._numbers(name, found)

    def whole(self, name: str) -> Tensor:
        placed = self._placed(name)
        info, kind = placed.info, _TYPES.get(placed.info.type.name)
        if kind is None or placed.head or info.start % kind.itemsize:
            return self.rows(name, 0, info.shape[0])
        return self._files[placed.path].view(info.start, info.size).view(kind).reshape(info.shape)

    def stored(self, name: str, start: int, stop: int) -> Tensor:
        placed = self._placed(name)
        info, head = placed.info, placed.head
        height, size = _height(info)
        if not 0 <= start <= stop <= height:
            raise IndexError(f"{name} has {height:,} rows, and {start:,} to {stop:,} were asked for")
        if not head:
            return self._files[placed.path].read(info.start + start * size, (stop - start) * size).reshape(-1, size)
        first, last = start // head * head, -(-stop // head) * head
        heads = self._files[placed.path].read(info.start + first * size, (last - first) * size)
        # The two numbers that are turned together lie side by side in the file, and half a head apart in transformers.
        apart = heads.reshape(-1, head // 2, 2, size).transpose(1, 2).reshape(-1, size)
        return apart[start - first : stop - first]

    def _numbers(self, name: str, stored: Tensor) -> Tensor:
        """Of rows as they lie in the file, which may be those of a part."""
        info = self._tensors[name].info
        if (kind := _TYPES.get(info.type.name)) is not None:
            return stored.contiguous().view(kind).reshape(len(stored), *info.shape[1:])
        found = torch.empty(len(stored), info.shape[-1])
        step = max(1, _AT_ONCE // info.shape[-1])
        for at in range(0, len(stored), step):
            found[at : at + step] = _dequantized(stored[at : at + step], info)
        return found

    def _placed(self, name: str) -> Placed:
        if name not in self._tensors:
            raise WeightsCorrupt(f"The weights have no tensor {said(name)!r}.")
        return self._tensors[name]


def is_readable(kind: str) -> bool:
    """Whether rows of this type can be had as numbers."""
    return kind in FLOATS or _type(kind) in _functions()._type_traits


def _dequantized(stored: Tensor, info: TensorInfo) -> Tensor:
    try:
        return torch.from_numpy(_functions().dequantize(stored.contiguous().numpy(), _type(info.type.name)))
    except NotImplementedError as error:
        raise unreadable(info.type.name) from error


def unreadable(kind: str) -> EngineError:
    return EngineError(
        f"The file holds weights of the type {kind}, which r1widget can't read.",
        "Take another file of the model: Q4_K_M, Q8_0, …",
    )


def _functions() -> Any:
    from gguf import quants

    return quants


def _type(name: str) -> Any:
    from gguf import GGMLQuantizationType

    return GGMLQuantizationType[name]


def _height(info: TensorInfo) -> tuple[int, int]:
    """Rows, and bytes of one."""
    return info.shape[0], info.size // info.shape[0]


def _place(row: int, head: int) -> int:
    """Which row of the file is a row of transformers'."""
    if not head:
        return row
    at = row % head
    return row - at + at % (head // 2) * 2 + at // (head // 2)
