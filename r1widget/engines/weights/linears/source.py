"""A checkpoint's tensors as the rows of the layers they make up, read a slice at a time from memory-mapped files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ....errors import WeightsCorrupt

if TYPE_CHECKING:
    from .scheme import Part


class Source:
    """Open safetensors files. `WeightsCorrupt` where one can't be read."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files: dict[str, Any] = {}
        for path in files:
            try:
                opened: Any = safe_open(str(path), framework="pt")
                self._files.update(dict.fromkeys(opened.keys(), opened))
            except (SafetensorError, OSError) as error:
                raise WeightsCorrupt(f"The weights file {path.name} can't be read ({error}).") from error

    def shape(self, part: Part) -> tuple[int, int]:
        """Rows and columns of a part; `WeightsCorrupt` where its tensors don't make up one."""
        heights, widths = zip(*(self._shape(name, 2) for name in part.weights), strict=True)
        if len(set(widths)) != 1:
            raise WeightsCorrupt(f"The tensors {', '.join(part.weights)} should have equally many columns.")
        if part.biases and tuple(self._shape(name, 1)[0] for name in part.biases) != heights:
            raise WeightsCorrupt(
                f"The biases {', '.join(part.biases)} don't have as many numbers as their weights rows."
            )
        return sum(heights), widths[0]

    def rows(self, part: Part, start: int, stop: int) -> Tensor:
        """Rows `start` to `stop` of the part's weight, copied from the file."""
        return self._cut(part.weights, start, stop)

    def bias(self, part: Part, start: int, stop: int) -> Tensor | None:
        """The same rows' bias."""
        return self._cut(part.biases, start, stop) if part.biases else None

    def whole(self, name: str, dtype: torch.dtype) -> Tensor:
        """One tensor: a view of the file where it has this type, else a converted copy."""
        tensor: Tensor = self._files[name].get_tensor(name)
        return tensor.to(dtype)

    def _cut(self, names: Sequence[str], start: int, stop: int) -> Tensor:
        pieces, offset = [], 0
        for name in names:
            found = self._files[name].get_slice(name)
            height = found.get_shape()[0]
            first, last = max(start - offset, 0), min(stop - offset, height)
            if first < last:
                pieces.append(found[first:last])
            offset += height
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces)

    def _shape(self, name: str, dimensions: int) -> tuple[int, ...]:
        if name not in self._files:
            raise WeightsCorrupt(f"The weights have no tensor {name!r}.")
        found = self._files[name].get_slice(name)
        shape = tuple(found.get_shape())
        if len(shape) != dimensions or 0 in shape:
            raise WeightsCorrupt(
                f"The tensor {name!r} has the shape {shape}, and {dimensions} dimensions belong there."
            )
        if not str(found.get_dtype()).startswith(("F", "BF")):
            raise WeightsCorrupt(
                f"The tensor {name!r} holds {found.get_dtype()}, and floating-point numbers belong there."
            )
        return shape
