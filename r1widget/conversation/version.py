"""`Version`: how a turn came from another one. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Part = Literal["question", "reasoning", "answer"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True)
class Version:
    """What a turn has in common with the one that it was made from, and where it goes its own way."""

    of: str
    """The id of the turn it was made from."""
    part: Part
    """The first part that is its own: everything before it is as in `of`."""
    at: int = 0
    """Characters of that part's verbatim text that are as in `of`."""
    fork: str | None = None
    """The same for all continuations of one fork."""

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Version:
        """The version again; `ValueError` or `KeyError` for data that is none."""
        if data["part"] not in PARTS:
            raise ValueError(f"{data['part']!r} is no part of a turn")
        return cls(str(data["of"]), data["part"], int(data.get("at", 0)), data.get("fork"))
