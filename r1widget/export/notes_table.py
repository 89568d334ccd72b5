"""`note_rows`: the notes of a conversation as a table, for who looks through many: a teacher, a reviewer. Plain text."""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation.turn import Turn
from .parse import bracketed
from .remarks import quoted

HEAD = ("Question", "Place", "Judgement", "Note")


def note_rows(turns: Sequence[Turn], thought_is_shown: bool = True) -> list[tuple[str, ...]]:
    """A row for each note, in the order of the questions and of the places in them; the columns are `HEAD`."""
    rows: list[tuple[str, ...]] = []
    for number, turn in enumerate(turns, 1):
        notes = [note for note in turn.notes if thought_is_shown or note.kind == "answer"]
        for note in sorted(notes, key=lambda note: (note.kind == "answer", note.start, note.created)):
            part = "thought" if note.kind == "reasoning" else "answer"
            place = f"{part}: “{quoted(turn, note)}”" if note.end else f"the {part}"
            verdict: str = note.verdict or ""
            if note.is_prediction:
                verdict = f"{verdict} (before the answer was seen)".strip()
            cells = (f"{number}. {_short(turn.question)}", place, verdict, " ".join(note.text.split()))
            rows.append(tuple(map(bracketed, cells)))
    return rows


def _short(question: str) -> str:
    text = " ".join(question.split())
    return text if len(text) <= 80 else f"{text[:79]}…"
