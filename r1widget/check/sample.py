"""`Sample`: one more answer to a question that a turn has answered already, as it is kept beside that turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Sample:
    """What the model made of the same question, or of the same beginning of a thought, another time."""

    answer: str
    reasoning: str = ""
    """Its own thought; of a continuation, what came behind the beginning. Empty where it was left out of a file."""
    finish_reason: str = "stop"
    """As of a turn; `"stop"` alone says that the answer is whole."""
    thinking_ended_by: str | None = None
    tokens: int = 0
    """That the model wrote for it, thought and answer together."""
    seed: int | None = None

    @property
    def whole(self) -> str:
        """The answer, where it is whole; of one that was cut off nothing."""
        return self.answer if self.finish_reason == "stop" else ""

    def to_dict(self) -> dict[str, Any]:
        """Without what has its usual value."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Sample:
        """The sample again. `KeyError`, `TypeError` for what is none."""
        return cls(**{each.name: data[each.name] for each in fields(cls) if each.name in data})
