"""`Term`: a name, number, date or quoted term of a text, and where it stands. `Found`: one place of one, and what it is compared by.

How two are compared. A key is a normal form: `einstein`, `n:1000|km`, `d:1969-3-12`. What is asked for is there where the other has
one of its keys (`are`), or where one of the two is a short form of the other (`may`: `Einstein` of `Albert Einstein`, `5` of `5 km`), but
not where both only might be: `5 km` and `5 m`. A date also holds the coarser ones (`holds`): 12 March 1969 has 1969, not the reverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

Kind = Literal["name", "number", "date", "quote"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Term:
    """Something in a text that can be looked for in another."""

    text: str
    """As it is written where it first stands."""
    kind: Kind
    spans: tuple[Span, ...]
    """All places, in code points of the text as it was given, in order; no two terms overlap."""

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "kind": self.kind, "spans": [list(span) for span in self.spans]}

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> Term:
        spans = tuple((int(start), int(end)) for start, end in described["spans"])
        return cls(str(described["text"]), cast(Kind, str(described["kind"])), spans)


NONE: frozenset[str] = frozenset()


class Found(NamedTuple):
    kind: Kind
    start: int
    end: int
    are: frozenset[str]
    may: frozenset[str] = NONE
    holds: frozenset[str] = NONE
    weak: bool = False
    """It may be an ordinary word that has a capital for its place; it counts if it also stands elsewhere with one."""
