"""`outcome_of`: how a turn ended, as far as there is anything to say of it; and the words for that.

The words stand in `outcomes.json`, from which exports, terminals and the page (js/src/texts) have them. `en` and `zh` are said
to who sits before it, `file`, where there is one, to any reader, and `python` to who has no page with buttons. Which outcome a turn has, the page tells for itself, since it
shows turns before their end: tests/wire/outcomes.json holds both to the same.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

from .turn import Turn

Outcome = Literal[
    "unremarkable",
    "stopped",
    "stoppedThinking",
    "stoppedBefore",
    "cancelled",
    "interrupted",
    "interruptedBefore",
    "writtenElsewhere",
    "looped",
    "cutOff",
    "cutOffThinking",
    "empty",
]


def outcome_of(turn: Turn) -> Outcome:
    """Of a turn that has ended. An error's own sentence is its `error`: that there was one is unremarkable here."""
    if turn.ended_by_loop:
        return "looped"
    if turn.finish_reason == "cancelled":
        if turn.interrupted == "elsewhere":
            return "writtenElsewhere"
        if turn.interrupted:
            return "interrupted" if turn.reasoning or turn.answer else "interruptedBefore"
        if turn.answer:
            return "stopped"
        return "stoppedThinking" if turn.reasoning else "stoppedBefore" if _was_read(turn) else "cancelled"
    if turn.finish_reason == "length":
        return "cutOff" if turn.answer else "cutOffThinking"
    return "unremarkable" if turn.answer or turn.finish_reason == "error" else "empty"


def said(turn: Turn, limit: str = "") -> str:
    """How it ended, in a sentence; empty where that is unremarkable. `limit` is what it was cut off at, where that is known."""
    words = _words()
    return str(words["outcomes"][outcome_of(turn)]["en"]).replace("{limit}", limit or words["limit"]["en"])


def advice(turn: Turn) -> str:
    """What the one who asked could do about it; empty where there is nothing."""
    words = _words()["advice"].get(outcome_of(turn), {})
    return str(words.get("python", words.get("en", "")))


def act(name: Literal["answer_now", "think_more", "edit", "regenerate", "resume"]) -> str:
    """What a person can do with a turn, as the buttons say it, in English."""
    return str(_words()["acts"][name]["en"])


def for_readers(table: Literal["thinking_ended_by", "origins"]) -> dict[str, str]:
    """A table of labels as a file has them, whoever reads it."""
    return {key: words.get("file", words["en"]) for key, words in _words()[table].items()}


def _was_read(turn: Turn) -> bool:
    tokens = turn.record.get("tokens")
    return isinstance(tokens, dict) and bool(tokens.get("prompt"))


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = json.loads((Path(__file__).parent / "outcomes.json").read_text("utf-8"))
    return words
