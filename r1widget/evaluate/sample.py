"""`Sample`: one answer of the model to one question, with its turn and its grade. A line of `samples.jsonl`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..check.agreement.boxed import boxed
from ..check.agreement.final import final
from ..conversation.turn import Turn
from .grading import Grade

SHOWN = 60


@dataclass(frozen=True)
class Sample:
    """One answer."""

    question: int
    """The question's number, from 0."""
    number: int
    """Which of the answers to it, from 0."""
    turn: Turn
    grade: Grade
    seconds: float
    """Seconds that had passed since the answer before it ended; of all answers together, how long the evaluation took."""

    @cached_property
    def is_boxed(self) -> bool:
        """Whether there is a `\\boxed{}` in the answer."""
        return boxed(self.turn.answer) is not None

    @property
    def is_cut(self) -> bool:
        """Whether it was cut off at the most tokens, or the context's end."""
        return self.turn.finish_reason == "length"

    @property
    def loops(self) -> bool:
        """Whether it repeated itself without end."""
        return isinstance(self.turn.record.get("loop"), dict)

    @property
    def ends_in(self) -> str:
        """What the answer ends in, for a person to read."""
        answer = self.turn.answer
        if not answer:
            return "no answer"
        text = " ".join((self.grade.read or final(answer) or answer).split())
        return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"

    def tokens(self, *kinds: str) -> int:
        """Tokens of `"reasoning"`, `"answer"`, or both."""
        counts = self.turn.record.get("tokens")
        found = [counts.get(kind) for kind in kinds] if isinstance(counts, dict) else []
        return sum(count for count in found if isinstance(count, int))

    @property
    def turn_seconds(self) -> float | None:
        """How long this turn took, beside the others."""
        seconds = self.turn.record.get("seconds")
        total = seconds.get("total") if isinstance(seconds, dict) else None
        return total if isinstance(total, (int, float)) else None

    def to_line(self) -> str:
        data: dict[str, Any] = {
            "question": self.question,
            "number": self.number,
            "right": self.grade.right,
            "read": self.grade.read,
            "by": self.grade.by,
            "late": self.grade.late,
            "seconds": round(self.seconds, 3),
            "turn": self.turn.to_dict(),
        }
        return json.dumps(data, ensure_ascii=True) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Sample | None:
        """None of a line that isn't whole: who wrote it was ended in the middle of it."""
        try:
            data = json.loads(line)
            grade = Grade(data["right"], data["read"], data["by"], data["late"])
            return cls(data["question"], data["number"], Turn.from_dict(data["turn"]), grade, float(data["seconds"]))
        except Exception:  # whatever it is, it is no sample, and is asked again
            return None
