"""`Embeddings`: a row for each token. A pass reads a few of them, so on a CPU they may stay in their file."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import embedding

from .source import Source


class Embeddings(Protocol):
    device: torch.device

    def __call__(self, ids: Tensor) -> Tensor:
        """(ids,) to (ids, hidden), in whatever type of float they are kept."""
        ...


class Table:
    """All of them in one tensor: on a GPU, whose graphs can't ask a file, or as a view of the file's pages."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor, self.device = tensor, tensor.device

    def __call__(self, ids: Tensor) -> Tensor:
        return embedding(ids, self.tensor)


class InFile:
    """Read when they are asked for. A map would show far more than is read as resident: Linux maps 16 pages for each that is missed."""

    device = torch.device("cpu")

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._name = source, name

    def __call__(self, ids: Tensor) -> Tensor:
        return self._source.picked(self._name, ids.tolist())
