"""`Checked`: what was found out about a turn's text, and what its reader wrote beside it: a part of a `Turn`.

Each of it is a value that is replaced as a whole, so that whoever reads has one that is consistent. Who makes one is chat/checking.py.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..check.answer_trace import AnswerTrace
from ..check.asked_again import Check
from ..check.finding import Finding
from ..check.notes import Note

Looking = Literal["check", "trace_answer"]


@dataclass(frozen=True)
class Under:
    """A check that is being made: how far it is, in answers, and seconds that it takes yet, where they can be told."""

    done: int
    total: int
    left: float | None = None


class Checked:
    """What is kept of a turn beyond its text."""

    def __init__(self) -> None:
        self.check: Check | None = None
        """The same question asked again: `chat.check(turn)`."""
        self.answer_trace: AnswerTrace | None = None
        """Where the answer was decided: `chat.trace_answer(turn)`."""
        self.notes: tuple[Note, ...] = ()
        """The reader's own: `chat.note(turn, …)`."""
        self.found_so_far: tuple[Finding, ...] = ()
        """Of a turn that is being written. Not kept: it can be found again."""
        self.under: Mapping[Looking, Under] = {}
        """What is being looked for just now. Not kept."""
        self._under_lock = threading.Lock()

    def looks_for(self, what: Looking, under: Under | None) -> None:
        """How far that is; None: it is over. From any thread."""
        with self._under_lock:
            others = {name: value for name, value in self.under.items() if name != what}
            self.under = others if under is None else {**others, what: under}

    @property
    def known(self) -> tuple[object, ...]:
        """All of it that is kept, to see whether it has changed."""
        return self.check, self.answer_trace, self.notes

    def checks_to_dict(self) -> dict[str, Any]:
        """All of it that is kept, as JSON has it; nothing where there is nothing."""
        return {
            **({"check": self.check.to_dict()} if self.check else {}),
            **({"answer_trace": self.answer_trace.to_dict()} if self.answer_trace else {}),
            **({"notes": [note.to_dict() for note in self.notes]} if self.notes else {}),
        }

    def take_checks(self, data: Mapping[str, Any], question: str, answer: str) -> None:
        """What `checks_to_dict` gave, of the same texts, which are the turn's. `KeyError`, `TypeError`, `ValueError` for what is none."""
        if (check := data.get("check")) is not None:
            self.check = Check.from_dict(answer, check, question)
        if (trace := data.get("answer_trace")) is not None:
            self.answer_trace = AnswerTrace.from_dict(answer, trace)
        self.notes = tuple(map(Note.from_dict, data.get("notes", ())))
