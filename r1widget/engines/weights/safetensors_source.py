"""`SafetensorsSource`: the tensors of a checkpoint's safetensors files. The package's own reader maps each file as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from pathlib import Path

import torch
from torch import Tensor

from ...errors import WeightsCorrupt
from . import safetensors
from .reading import File, buffer
from .safetensors import TensorInfo

_TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


class SafetensorsSource:
    """See `source.Source`. `WeightsCorrupt` where a file isn't whole."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._infos = safetensors.tensors(paths)
        self._files = {path: File(path) for path in paths}

    @property
    def names(self) -> Set[str]:
        return self._infos.keys()

    def shape(self, name: str) -> tuple[int, ...]:
        info = self._info(name)
        if info.kind not in _TYPES:
            raise WeightsCorrupt(
                f"The tensor {name!r} holds {info.kind}, and floating-point numbers of 16 bits or more belong there."
            )
        return info.shape

    def kind(self, name: str) -> str:
        return self._info(name).kind

    def rows(self, name: str, start: int, stop: int) -> Tensor:
        return self._numbers(name, self.stored(name, start, stop).reshape(-1), stop - start)

    def picked(self, name: str, rows: Sequence[int]) -> Tensor:
        info, height = self._info(name), self.shape(name)[0]
        size, file = info.size // height, self._files[info.path]
        found = torch.empty(len(rows) * size, dtype=torch.uint8)
        target = buffer(found)
        for place, row in enumerate(rows):
            if not 0 <= row < height:
                raise IndexError(f"{name} has {height:,} rows, and {row:,} was asked for")
            file.read_into(target[place * size : (place + 1) * size], info.start + row * size)
        return self._numbers(name, found, len(rows))

    def whole(self, name: str) -> Tensor:
        info, height = self._info(name), self.shape(name)[0]
        file = self._files[info.path]
        # A number that begins between two addresses for such can't be computed with in its place.
        is_aligned = info.start % _TYPES[info.kind].itemsize == 0
        found = file.view(info.start, info.size) if is_aligned else file.read(info.start, info.size)
        return self._numbers(name, found, height)

    def stored(self, name: str, start: int, stop: int) -> Tensor:
        info, height = self._info(name), self.shape(name)[0]
        size = info.size // height
        if not 0 <= start <= stop <= height:
            raise IndexError(f"{name} has {height:,} rows, and {start:,} to {stop:,} were asked for")
        return self._files[info.path].read(info.start + start * size, (stop - start) * size).reshape(-1, size)

    def _numbers(self, name: str, found: Tensor, rows: int) -> Tensor:
        info = self._infos[name]
        return found.view(_TYPES[info.kind]).reshape(rows, *info.shape[1:])

    def _info(self, name: str) -> TensorInfo:
        if name not in self._infos:
            raise WeightsCorrupt(f"The weights have no tensor {name!r}.")
        info = self._infos[name]
        if not info.shape or not math.prod(info.shape):
            raise WeightsCorrupt(f"The tensor {name!r} has the shape {info.shape}: it holds no numbers.")
        return info
