"""`Fields`: a header's metadata, read as what it should be. A value of another kind is `WeightsCorrupt`, which names it."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ....errors import WeightsCorrupt
from .header import Header, damaged, said

_LARGEST = 1 << 31
"""No size, count or id of a model comes near it."""


class Fields:
    """Each returns None where nothing is said."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self._metadata = header.metadata
        self.architecture = header.architecture

    def of(self, key: str) -> str:
        """The key of what is said of the architecture."""
        return f"{self.architecture}.{key}"

    def count(self, key: str) -> int | None:
        """A whole number, not below zero. What is said for each layer must be the same for all of them."""
        value = self._metadata.get(key)
        if isinstance(value, array) and len(value) and value.typecode not in "fd":
            if min(value) != max(value):
                raise WeightsCorrupt(
                    f"{self.name} has layers that differ ({said(key)}), which r1widget doesn't know.",
                    "Take another model, or serve this one with llama.cpp.",
                )
            value = value[0]
        if value is None:
            return None
        if type(value) is not int or not 0 <= value < _LARGEST:
            raise self._wrong(key)
        return value

    def id(self, key: str, count: int) -> int | None:
        """Of one of so many tokens; one that no token has is none, as llama.cpp has it: -1 is said where there is none."""
        value = self._metadata.get(key)
        if value is not None and type(value) is not int:
            raise self._wrong(key)
        return value if value is not None and 0 <= value < count else None

    def real(self, key: str) -> float | None:
        value = self._metadata.get(key)
        if value is None:
            return None
        if type(value) not in (int, float) or not math.isfinite(value):
            raise self._wrong(key)
        return float(value)

    def flag(self, key: str) -> bool | None:
        value = self._metadata.get(key)
        if value is not None and type(value) is not bool:
            raise self._wrong(key)
        return value

    def text(self, key: str) -> str | None:
        """What is no UTF-8 in it is replaced."""
        value = self._metadata.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._wrong(key)
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def texts(self, key: str) -> list[str] | None:
        """As they lie in the file."""
        value = self._metadata.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self._wrong(key)
        return value

    def numbers(self, key: str) -> Sequence[Any] | None:
        value = self._metadata.get(key)
        if value is not None and not isinstance(value, array):
            raise self._wrong(key)
        return value

    @property
    def name(self) -> str:
        return said(self.path.name)

    def _wrong(self, key: str) -> WeightsCorrupt:
        return damaged(self.path, f"says something of {said(key)} that can't be")
