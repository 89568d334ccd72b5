"""An engine's deltas become a turn: text, outcome, record. No thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from r1widget.engines import Delta, Prompt, Request
from r1widget.errors import PromptTooLong
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine
from r1widget.turn import Turn
from r1widget.writing import Added, messages_for, write_turn


class Deltas:
    """An engine that yields given deltas; an exception among them is raised."""

    name = "deltas"

    def __init__(self, *deltas: Delta | Exception) -> None:
        self._deltas = deltas

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for delta in self._deltas:
            if isinstance(delta, Exception):
                raise delta
            yield delta

    def describe(self) -> dict[str, object]:
        return {"model": "deltas", "versions": {"torch": "0"}}


def write(engine: object, **settings: object) -> tuple[Turn, list[Added]]:
    turn = Turn("question")
    request = Request(messages=[], settings=Settings(**settings))  # type: ignore[arg-type]
    added = [piece for piece in write_turn(turn, engine, request, threading.Event()) if piece]  # type: ignore[arg-type]
    return turn, added


@pytest.mark.parametrize(
    ("script", "opens", "settings", "reasoning", "answer", "finish", "ended_by"),
    [
        ("a thought\n</think>\n\nan answer", True, {}, "a thought", "an answer", "stop", "model"),
        ("<think>a thought</think>an answer", False, {}, "a thought", "an answer", "stop", "model"),
        ("an answer", False, {}, "", "an answer", "stop", None),
        ("\n\n</think>\n\nan answer", True, {}, "", "an answer", "stop", None),
        ("a thought that never", True, {}, "a thought that never", "", "stop", "model"),
        (["a", " b", " c", "</think>", "d"], True, {"max_tokens": 2}, "a b", "", "length", "length"),
        (["a", "</think>", "b", " c"], True, {"max_tokens": 3}, "a", "b", "length", "model"),
        (["a", "</thi"], True, {}, "a</thi", "", "stop", "model"),
    ],
)
def test_outcomes(
    script: str, opens: bool, settings: dict, reasoning: str, answer: str, finish: str, ended_by: str | None
) -> None:
    turn, added = write(ScriptedEngine(script, opens_thinking=opens), **settings)
    assert (turn.reasoning, turn.answer) == (reasoning, answer)
    assert (turn.finish_reason, turn.thinking_ended_by) == (finish, ended_by)
    assert turn.record["thinking_ended_by"] == ended_by
    for kind in ("reasoning", "answer"):
        assert "".join(piece.text for piece in added if piece.kind == kind) == turn.text(kind)  # type: ignore[arg-type]


def test_offsets_count_characters_of_the_kind() -> None:
    _turn, added = write(ScriptedEngine(["🙂a", "b</think>", "c", "d"]))
    assert [(piece.kind, piece.at) for piece in added] == [
        ("reasoning", 0),
        ("reasoning", 2),
        ("answer", 0),
        ("answer", 1),
    ]


def test_an_error_keeps_what_was_written() -> None:
    turn, added = write(ScriptedEngine("half a thou</th", raises=RuntimeError("out of luck")))
    assert turn.text("reasoning") == "half a thou</th" == "".join(piece.text for piece in added)
    assert turn.finish_reason == "error"
    assert turn.thinking_ended_by is None
    assert turn.error is not None and "RuntimeError: out of luck" in turn.error and "kept" in turn.error


def test_our_own_errors_are_shown_as_they_are() -> None:
    turn, _ = write(Deltas(PromptTooLong("The prompt has 9 tokens.", "Ask less.")))
    assert turn.error == "The prompt has 9 tokens. Ask less."


def test_closing_the_generator_is_a_cancel() -> None:
    turn = Turn("question")
    writing = write_turn(turn, ScriptedEngine("a b c"), Request(messages=[]), threading.Event())
    next(writing), next(writing)
    writing.close()  # type: ignore[attr-defined]
    assert (turn.finish_reason, turn.reasoning) == ("cancelled", "a")


def test_who_closed_the_thought() -> None:
    opening = Delta(prompt=Prompt(opens_thinking=True, tokens=3, seed=5))
    for origin, ended_by in (("budget", "budget"), ("person", "user"), ("model", "model")):
        turn, _ = write(
            Deltas(
                opening,
                Delta(text="thought", tokens=1),
                Delta(text="\n</think>\n\n", origin=origin, tokens=3),  # type: ignore[arg-type]
                Delta(text="answer", tokens=1),
                Delta(finish_reason="stop"),
            )
        )
        assert turn.thinking_ended_by == ended_by
        assert turn.record["written_by_others"] == ([] if origin == "model" else [origin])
        assert turn.record["tokens"] == {"prompt": 3, "reasoning": 4, "answer": 1}
        assert turn.record["seed"] == 5


def test_an_engine_that_tells_the_kinds_apart_itself() -> None:
    turn, _ = write(
        Deltas(
            Delta(text="<think> is a tag", kind="reasoning", tokens=4),
            Delta(text="so is </think>", kind="answer", tokens=1),
            Delta(tokens=3, finish_reason="stop"),
        )
    )
    assert (turn.reasoning, turn.answer) == ("<think> is a tag", "so is </think>")
    assert turn.thinking_ended_by == "model"
    assert turn.record["tokens"] == {"prompt": 0, "reasoning": 4, "answer": 4}


def test_the_record_says_how_it_came_about() -> None:
    turn, _ = write(ScriptedEngine("a</think>b"), temperature=0.1)
    record = turn.record
    assert record["model"] == "scripted" and record["settings"]["temperature"] == 0.1
    assert record["seconds"]["total"] >= record["seconds"]["thinking"] >= 0
    assert {"r1widget", "python"} <= record["versions"].keys()


def test_half_a_character_is_replaced_before_anybody_has_to_carry_it() -> None:
    turn, added = write(Deltas(Delta(text="a\ud83d", kind="answer"), Delta(text="b", kind="answer")))
    assert turn.answer == "a\ufffdb" and [piece.at for piece in added] == [0, 2]


def test_history_holds_answers_only() -> None:
    answered, stopped, asked = Turn("one"), Turn("two"), Turn("three")
    answered.append("reasoning", "thought")
    answered.append("answer", "\n\nyes</think>")
    stopped.append("reasoning", "thought")
    assert messages_for(asked, (answered, stopped), "be brief") == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "yes</think>"},
        {"role": "user", "content": "three"},
    ]
