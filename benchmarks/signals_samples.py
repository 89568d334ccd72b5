"""Answers of a model to the questions of `signals_questions.jsonl`, five to each, kept in a file so that none is asked twice.

The file lies outside of the source, for it is the model's: by default in the temporary folder. What was cut off goes on where it was.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from r1widget import Chat, Turn

QUESTIONS = Path(__file__).parent / "signals_questions.jsonl"
CACHE = Path(tempfile.gettempdir()) / "r1widget-signals"
ANSWERS = 5
"""To each question: one, and four others."""
AT_ONCE = 4
"""Questions whose answers are written in one batch."""


def questions() -> list[dict[str, Any]]:
    """Each with its `question`, the `kind` of term that answers it, and the `right` ones."""
    return [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


def samples(model: str, temperature: float, max_tokens: int, seconds: float) -> dict[str, list[str]]:
    """The answers to each question; those that aren't there yet are asked for, until `seconds` have passed."""
    name = f"{Path(model).parent.name}-{Path(model).name}-{temperature:g}-{max_tokens}.jsonl"
    path = CACHE / name
    known = dict(_kept(path))
    missing = [(number, each["question"]) for number, each in enumerate(questions()) if each["question"] not in known]
    if not missing:
        return known
    CACHE.mkdir(exist_ok=True)
    chats = [
        [
            Chat(model, keep=False, settings={"temperature": temperature, "max_tokens": max_tokens})
            for _ in range(ANSWERS)
        ]
        for _ in range(AT_ONCE)
    ]
    ends = time.monotonic() + seconds
    for start in range(0, len(missing), AT_ONCE):
        if time.monotonic() > ends:
            break
        asked = [
            (question, [chat.send(question, seed=100 * number + row) for row, chat in enumerate(row_of_chats)])
            for (number, question), row_of_chats in zip(missing[start : start + AT_ONCE], chats, strict=False)
        ]
        with path.open("a", encoding="utf-8") as file:
            for question, turns in asked:
                known[question] = [_answer(turn) for turn in turns]
                file.write(json.dumps({"question": question, "answers": known[question]}, ensure_ascii=False) + "\n")
        for row_of_chats in chats:
            for chat in row_of_chats:
                chat.clear()
        print(f"{len(known)} of {len(questions())} questions answered", flush=True)
    return known


def _kept(path: Path) -> Iterator[tuple[str, list[str]]]:
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            kept = json.loads(line)
            yield kept["question"], kept["answers"]


def _answer(turn: Turn) -> str:
    turn.wait()
    return turn.raise_for_error().answer
