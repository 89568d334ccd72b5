"""Which columns of a table are the question and the answer, and `questions_of`: its rows as questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...check.agreement.boxed import boxed
from ...conversation.turn import clean
from ...errors import EvaluationError
from .question import Question

QUESTION = ("question", "problem", "prompt", "input", "query")
ANSWER = ("answer", "final_answer", "expected", "expected_answer", "target", "solution")
"""Names that columns have, the likeliest first. A `solution` is often a text with the answer in a `\\boxed{}`."""

Row = Mapping[str, Any]


def questions_of(
    rows: Sequence[Row], where: str, *, question: str | None = None, answer: str | None = None
) -> tuple[Question, ...]:
    """The rows in their order. `EvaluationError` names the first that has no question or no answer."""
    if not rows:
        raise EvaluationError(f"{where} has no questions.", "Give a file that has at least one.")
    names = [str(name) for name in rows[0]]
    asked = _chosen(names, question, QUESTION, "question", where)
    right = _chosen(names, answer, ANSWER, "answer", where)
    return tuple(_question(row, number, asked, right, where) for number, row in enumerate(rows, 1))


def _chosen(names: Sequence[str], given: str | None, likely: Sequence[str], what: str, where: str) -> str:
    known = {name.strip().casefold(): name for name in names}
    for name in (given,) if given is not None else likely:
        if name.strip().casefold() in known:
            return known[name.strip().casefold()]
    said = f"has no column {given!r}" if given is not None else f"has no column that is clearly the {what}"
    there = ", ".join(names[:12])
    raise EvaluationError(f"{where} {said}.", f"There are: {there}. Name it: {what}_column, or --{what}-column.")


def _question(row: Row, number: int, asked: str, right: str, where: str) -> Question:
    text, answer = (plain(row.get(name)) for name in (asked, right))
    for value, name in ((text, asked), (answer, right)):
        if not value:
            raise EvaluationError(f"Row {number} of {where} has nothing as its {name}.", "Fill it in, or leave it out.")
    return Question(text, ending(answer))


def ending(answer: str) -> str:
    """The answer itself, of a solution that is written out: what is in its box, or behind the `####` of GSM8K."""
    if (box := boxed(answer)) is not None:
        return box
    return re.split(r"\n####[ ]", answer)[-1].strip() if "\n#### " in answer else answer


def plain(value: Any) -> str:
    """A cell as text: a whole number without `.0`, nothing as nothing, and the first of a list."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return clean(str(value)).strip()
