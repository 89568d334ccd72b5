"""Questions to evaluate with: of a file, of the hub, of a generator, or of Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...errors import EvaluationError
from . import gym, hub
from .columns import ending, plain, questions_of
from .files import SUFFIXES, rows_of
from .question import Question, Questions

__all__ = ["Question", "Questions", "questions"]

Source = str | os.PathLike[str] | Iterable[Any] | Questions
"""A file, a data set's name, `gym:…`, or (question, answer) pairs, dictionaries or `Question`s."""


def questions(
    source: Source, *, question_column: str | None = None, answer_column: str | None = None, name: str | None = None
) -> Questions:
    """The questions of a source. `EvaluationError` says what of it can't be read."""
    if isinstance(source, Questions):
        return source
    columns = {"question": question_column, "answer": answer_column}
    if not isinstance(source, (str, os.PathLike)):
        return _of_python(source, columns, name or "questions")
    text = os.fspath(source)
    if text.startswith(gym.PREFIX):
        return gym.generated(text)
    path = Path(text).expanduser()
    if path.is_file():
        return Questions(name or path.stem, questions_of(rows_of(path), path.name, **columns))
    known = hub.known(text.partition(":")[0])
    if known is None and not hub.looks_like_one(text):
        raise EvaluationError(
            f"There is no file {text!r}, and no data set is called so.",
            f"Give a file ({', '.join(SUFFIXES)}), a data set of the hub (owner/name, math-500, aime-2024), or gym:NAME.",
        )
    rows = [row for file in hub.fetched(text) for row in rows_of(file)]
    if known is not None:
        columns = {"question": question_column or known.question, "answer": answer_column or known.answer}
    shown = known.name if known is not None else text
    return Questions(name or shown, questions_of(rows, shown, **columns), repo=known.repo if known else text)


def _of_python(source: Iterable[Any], columns: Mapping[str, str | None], name: str) -> Questions:
    given = list(source)
    if given and all(isinstance(each, Mapping) for each in given):
        return Questions(name, questions_of(given, "The list", **columns))
    found = []
    for number, each in enumerate(given, 1):
        if isinstance(each, Question):
            found.append(each)
        elif isinstance(each, (tuple, list)) and len(each) == 2 and all(plain(part) for part in each):
            found.append(Question(plain(each[0]), ending(plain(each[1]))))
        else:
            raise EvaluationError(
                f"Entry {number} of the list is no question.", "Give (question, answer), or a dictionary with both."
            )
    if not found:
        raise EvaluationError("There are no questions.", "Give at least one.")
    return Questions(name, tuple(found))
