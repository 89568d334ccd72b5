"""How a turn ended: the same outcome as on the page, in the same words, in files and in a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from r1widget.conversation import outcome
from r1widget.conversation.outcome import Outcome, outcome_of
from r1widget.conversation.turn import Turn
from r1widget.export.facts import outcome as in_a_file
from r1widget.shell.console import outcome as in_a_terminal

CASES = json.loads((Path(__file__).parents[1] / "wire" / "outcomes.json").read_text("utf-8"))
WORDS = json.loads(Path(outcome.__file__).with_name("outcomes.json").read_text("utf-8"))


def turn_of(case: dict[str, Any]) -> Turn:
    turn = Turn("?")
    for kind in ("reasoning", "answer"):
        if case["thought" if kind == "reasoning" else "answer"]:
            turn.append(kind, "text")  # type: ignore[arg-type]
    turn.record = {name: case["turn"][name] for name in ("tokens", "loop", "interrupted") if name in case["turn"]}
    turn.end(case["turn"]["finish_reason"])
    return turn


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_outcome_is_the_pages(case: dict[str, Any]) -> None:
    assert outcome_of(turn_of(case)) == case["outcome"]


def test_there_is_a_case_and_there_are_words_for_each() -> None:
    assert {case["outcome"] for case in CASES} == set(get_args(Outcome)) == set(WORDS["outcomes"])


def test_a_kernel_that_ended_is_said_as_that_and_how_to_go_on() -> None:
    turn = turn_of({"turn": {"finish_reason": "cancelled", "interrupted": "kernel"}, "thought": True, "answer": False})
    assert in_a_file(turn) == "The kernel ended while this was written."
    assert in_a_terminal(turn) == in_a_file(turn) + " chat.resume() goes on from there."
    turn.record["interrupted"] = ["kernel"]  # a file may hold anything
    assert turn.interrupted is None and in_a_file(turn) == "Stopped while thinking; there is no answer."


def test_a_file_and_a_terminal_say_the_same_and_a_terminal_what_to_do() -> None:
    turn = turn_of({"turn": {"finish_reason": "length"}, "thought": True, "answer": False})
    assert in_a_file(turn) == "Cut off at the token limit while thinking; there is no answer."
    assert in_a_terminal(turn) == in_a_file(turn) + " A larger max_tokens gives it room."
    turn.record = {"tokens": {"reasoning": 340}, "notes": ["The conversation fills what it reads."]}
    assert in_a_file(turn) == "Cut off at 340 tokens while thinking; there is no answer."
    assert "max_tokens" not in in_a_terminal(turn), "the note says what the reason is"
