"""What may be given as the questions that an empty chat offers."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import SettingsError


def check_suggestions(given: object) -> list[str] | None:
    """A list of questions, without white space around them; None: those that suit the model."""
    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise SettingsError(
            f"suggestions={given!r} can't be.", "Give a list of questions, or None for those of the model."
        )
    questions = [*given]
    for question in questions:
        if not isinstance(question, str) or not question.strip():
            raise SettingsError(f"{question!r} in suggestions is no question.", "Give texts that aren't empty.")
    return [question.strip() for question in questions]
