"""`wrong_turns`: the wrong answers of an evaluation as a conversation, with what is right in a note at each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ..conversation import FORMAT, Conversation
from .questions import Questions
from .sample import Sample


def wrong_turns(questions: Questions, samples: Sequence[Sample]) -> Conversation:
    """A question after the other, each with its thought; further wrong answers to it are versions of the first."""
    by_question: dict[int, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_question[sample.question].append(sample)
    turns: list[dict[str, Any]] = []
    above: str | None = None
    for number, all_of_it in sorted(by_question.items()):
        wrong = [sample for sample in all_of_it if sample.grade.right is False]
        right = sum(sample.grade.right is True for sample in all_of_it)
        for sample in wrong:
            data = sample.turn.to_dict()
            note = _note(sample, questions.all[number].answer, right, len(all_of_it))
            data["record"] = {**data["record"], "notes": [*_notes_of(data["record"]), note]}
            data.pop("parent", None)
            data.pop("version", None)
            if above is not None:
                data["parent"] = above
            if sample is not wrong[0]:
                data["version"] = {"of": wrong[0].turn.id, "part": "reasoning"}
            turns.append(data)
        above = wrong[0].turn.id if wrong else above
    return Conversation.from_dict({"format": FORMAT, "active": above, "turns": turns})


def _note(sample: Sample, expected: str, right: int, count: int) -> str:
    ended = "was cut off" if sample.is_cut else f"ended in {sample.ends_in}"
    shown = expected if len(expected) <= 200 else f"{expected[:199]}…"
    return f"Question {sample.question + 1}, expected: {shown}. This one {ended}; {right} of {count} were right."


def _notes_of(record: dict[str, Any]) -> list[str]:
    notes = record.get("notes")
    return notes if isinstance(notes, list) else []
