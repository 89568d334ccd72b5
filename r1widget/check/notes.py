"""`Note`: what a reader thinks of a place in a turn. A person's words: nothing here is computed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal, get_args

Verdict = Literal["right", "wrong", "unsure"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Kind = Literal["reasoning", "answer"]


@dataclass(frozen=True)
class Note:
    """At a stretch of a turn's text, or, from 0 to 0, at all of that kind."""

    kind: Kind
    start: int
    """In characters of the turn's verbatim text of this kind, as is `end`."""
    end: int
    verdict: Verdict | None = None
    text: str = ""
    is_prediction: bool = False
    """Written before its reader had seen the answer."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    created: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="seconds"))

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        data: dict[str, Any] = {"id": self.id, "kind": self.kind, "start": self.start, "end": self.end}
        optional = {"verdict": self.verdict, "text": self.text, "is_prediction": self.is_prediction}
        return {**data, **{name: value for name, value in optional.items() if value}, "created": self.created}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Note:
        """The note again. `KeyError`, `TypeError`, `ValueError` for what is none."""
        if data["kind"] not in get_args(Kind) or data.get("verdict") not in (None, *VERDICTS):
            raise ValueError(f"{data!r} is no note")
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})
