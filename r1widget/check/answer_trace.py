"""`AnswerTrace`: which answers follow from which beginning of a thought, and so where the answer was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .sample import Sample


@dataclass(frozen=True)
class Boundary:
    """A place between two steps of a thought, and what the model made of the beginning up to there."""

    step: int
    """How many steps were kept: 0 is none of the thought."""
    at: int
    """How many characters of the verbatim thought they are."""
    samples: tuple[Sample, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"step": self.step, "at": self.at, "samples": [sample.to_dict() for sample in self.samples]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Boundary:
        return cls(data["step"], data["at"], tuple(map(Sample.from_dict, data["samples"])))


@dataclass(frozen=True)
class AnswerTrace:
    """The boundaries that were looked at, from the first to the last."""

    answer: str
    """The turn's own, without the white space around it."""
    boundaries: tuple[Boundary, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it. What can be counted again isn't in it."""
        return {"boundaries": [boundary.to_dict() for boundary in self.boundaries]}

    @classmethod
    def from_dict(cls, answer: str, data: Mapping[str, Any]) -> AnswerTrace:
        """The trace of this answer again."""
        return cls(answer, tuple(map(Boundary.from_dict, data["boundaries"])))
