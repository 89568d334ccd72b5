"""Replies that think again in the middle of their answer: the turn, what is shown of it, and what can be done with it."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.chat.writing import Added, write_turn
from r1widget.conversation import Conversation
from r1widget.conversation.turn import Span, Turn
from r1widget.engines import Delta, Prompt, Request, Score
from r1widget.engines.completing import complete
from r1widget.engines.decode.thinking import Thinking
from r1widget.errors import ConversationError
from r1widget.export import conversation_html, conversation_markdown
from r1widget.export.data import conversation_json
from r1widget.reasoning import ReasoningSplitter
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine
from tests.page import hear, say

TWICE = "Six sevens.</think>It is <think>Or eight?</think>42."
SPANS = (
    Span("reasoning", "Six sevens."),
    Span("answer", "It is "),
    Span("reasoning", "Or eight?"),
    Span("answer", "42."),
)


class Deltas:
    """An engine that yields given deltas."""

    name = "deltas"

    def __init__(self, *deltas: Delta) -> None:
        self._deltas = deltas

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        yield from self._deltas

    def describe(self) -> dict[str, Any]:
        return {}


def write(engine: Any, **settings: Any) -> tuple[Turn, list[Added]]:
    turn = Turn("6 × 7?")
    request = Request(messages=[], settings=Settings(**settings))
    return turn, [piece for piece in write_turn(turn, complete(engine), request, threading.Event()) if piece]


@pytest.mark.parametrize("pieces", [TWICE, [TWICE], list(TWICE)], ids=["tokens", "whole", "characters"])
def test_both_thoughts_are_thought_a_paragraph_apart(pieces: Any) -> None:
    turn, added = write(ScriptedEngine(pieces))
    assert turn.spans == SPANS, "no character is lost or added but the tags"
    assert (turn.reasoning, turn.answer) == ("Six sevens.\n\nOr eight?", "It is 42.")
    assert (turn.finish_reason, turn.thinking_ended_by) == ("stop", "model")
    assert turn.thinks_again and not Turn("?").thinks_again
    for kind in ("reasoning", "answer"):
        text = ""
        for piece in added:
            if piece.kind == kind:
                assert piece.at == len(text)
                text += piece.text
        assert text == turn.text(kind)  # type: ignore[arg-type]
    assert "".join(step.text for step in turn.steps) == turn.reasoning
    assert [step.text for step in turn.steps] == ["Six sevens.\n\n", "Or eight?"]


@pytest.mark.parametrize(
    ("text", "reasoning"),
    [
        ("A</think><think>B</think>c", "A\n\nB"),
        ("A\n</think>b\n<think>\nB</think>c", "A\n\n\nB"),
        ("A\n\n</think>b\n<think>B</think>c", "A\n\nB"),
        ("</think>b <think>B</think>c", "B"),
        ("\n</think>b <think>B</think>c", "B"),
    ],
)
def test_what_stands_between_them(text: str, reasoning: str) -> None:
    for pieces in ([text], list(text)):
        turn, _ = write(ScriptedEngine(pieces))
        assert turn.reasoning == reasoning
        assert "".join(span.text for span in turn.spans) == text.replace("<think>", "").replace("</think>", "")
        again = Turn.from_dict(json.loads(json.dumps(turn.to_dict())))
        assert again == turn
        assert again.text("reasoning") == turn.text("reasoning")


def test_a_server_that_names_its_thoughts_may_think_again_too() -> None:
    turn, _ = write(
        Deltas(
            *(Delta(text=span.text, kind=span.kind, tokens=1) for span in SPANS),
            Delta(finish_reason="stop"),
        )
    )
    assert turn.spans == SPANS
    assert turn.reasoning == "Six sevens.\n\nOr eight?"


def test_text_of_both_kinds_of_delta_keeps_its_order() -> None:
    turn, _ = write(
        Deltas(
            Delta(prompt=Prompt(opens_thinking=False)),
            Delta(text="a <thi"),
            Delta(text="b", kind="answer"),
            Delta(text=" c"),
            Delta(finish_reason="stop"),
        )
    )
    assert turn.answer == "a <thib c"


@pytest.mark.parametrize(("finish", "ended_by"), [("length", "length"), ("cancelled", "user"), ("stop", "model")])
def test_who_is_cut_off_in_the_second_thought_was_thinking(finish: Any, ended_by: str) -> None:
    turn, _ = write(
        Deltas(
            Delta(prompt=Prompt(opens_thinking=True)),
            Delta(text="A</think>", origin="budget"),
            Delta(text="one <think>B"),
            Delta(finish_reason=finish),
        )
    )
    assert (turn.thinking_ended_by, turn.finish_reason) == (ended_by, finish)
    assert (turn.reasoning, turn.answer) == ("A\n\nB", "one")


@pytest.mark.parametrize(("text", "ended_by"), [("<think>A</think>one", "model"), ("<think>A", "length")])
def test_a_thought_that_comes_in_one_piece_was_closed_or_not(text: str, ended_by: str) -> None:
    turn, _ = write(Deltas(Delta(text=text), Delta(finish_reason="length")))
    assert turn.thinking_ended_by == ended_by


def test_the_seconds_of_thinking_are_those_of_all_thoughts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    pieces = ["A", "</think>", "one ", "<think>", "B", "</think>", "two"]
    turn = Turn("?")
    for _ in write_turn(turn, ScriptedEngine(pieces), Request(messages=[]), threading.Event()):
        now += 1  # with each piece of text that is added
    seconds = turn.record["seconds"]
    assert 0 < seconds["thinking"] < seconds["total"]
    once = Turn("?")
    now = 0.0
    for _ in write_turn(once, ScriptedEngine(pieces[:3]), Request(messages=[]), threading.Event()):
        now += 1
    assert once.record["seconds"]["thinking"] < seconds["thinking"] < once.record["seconds"]["thinking"] + 3


def test_each_token_has_its_place() -> None:
    pieces = ["A", "</think>", "one", " ", "<", "think>", "B", "</think>", "two"]
    deltas = (Delta(text=text, tokens=1, scores=(Score(id, -1.0, 1.0),)) for id, text in enumerate(pieces))
    turn, _ = write(Deltas(Delta(prompt=Prompt(opens_thinking=True)), *deltas, Delta(finish_reason="stop")))
    assert turn.text("reasoning") == "A\n\nB"
    assert [(score.id, score.kind, score.end) for score in turn.scores] == [
        (0, "reasoning", 1),
        (1, "reasoning", 1),
        (2, "answer", 3),
        (3, "answer", 4),
        (4, "reasoning", 1),
        (5, "reasoning", 1),
        (6, "reasoning", 4),
        (7, "reasoning", 4),
        (8, "answer", 7),
    ]


def test_every_file_has_both_thoughts() -> None:
    conversation = Conversation()
    turn = conversation.add("6 × 7?")
    list(write_turn(turn, ScriptedEngine(TWICE), Request(messages=[]), threading.Event()))
    markdown = conversation_markdown([turn])
    assert "\n\nSix sevens.\n\nOr eight?\n\n</details>\n\nIt is 42." in markdown
    assert "<p>Six sevens.</p>\n<p>Or eight?</p>" in conversation_html([turn])
    assert Conversation.from_dict(json.loads(conversation_json(conversation))).turns[0].spans == SPANS


def test_a_page_that_reloads_gets_what_another_was_sent() -> None:
    chat = ChatWidget(ScriptedEngine(TWICE))
    sent: list[dict[str, Any]] = []
    hear(chat, sent.append)
    turn = chat.ask("6 × 7?")
    for kind in ("reasoning", "answer"):
        deltas = [message for message in sent if message["type"] == "delta" and message["kind"] == kind]
        assert [message["at"] for message in deltas] == [0, *itertools.accumulate(len(d["text"]) for d in deltas)][:-1]
        assert "".join(message["text"] for message in deltas) == turn.text(kind)  # type: ignore[arg-type]
    sent.clear()
    say(chat, {"type": "sync", "id": "c"})
    (snapshot,) = [message for message in sent if message["type"] == "snapshot"]
    assert snapshot["turns"][0]["text"] == {"reasoning": "Six sevens.\n\nOr eight?", "answer": "It is 42."}
    chat.close()


# ---- what can be done with such a turn


def asked(continuation: str) -> tuple[ChatWidget, ScriptedEngine, Turn]:
    engine = ScriptedEngine(TWICE, continuation=continuation)
    chat = ChatWidget(engine)
    return chat, engine, chat.ask("6 × 7?")


def test_its_thought_is_edited_as_one_text() -> None:
    chat, engine, turn = asked(" Sure.</think>It is 42!")
    edited = chat.edit_reasoning(turn, "Six sevens.\n\nOr nine?")
    assert edited.wait(10) and edited.error is None
    assert (edited.reasoning, edited.answer) == ("Six sevens.\n\nOr nine? Sure.", "It is 42!")
    assert [(span.text, span.origin) for span in edited.spans[:3]] == [
        ("Six sevens.\n\nOr ", "model"),
        ("nine", "person"),
        ("? Sure.", "model"),
    ]
    assert turn.spans == SPANS, "the old version is as it was"
    prefill = engine.requests[-1].prefill
    assert prefill is not None and prefill.reasoning == "Six sevens.\n\nOr nine?"
    chat.close()


def test_it_goes_on_from_a_step_of_either_thought() -> None:
    chat, _, turn = asked("Yes.</think>42.")
    for step, begins in ((0, "Six sevens.\n\n"), (1, "Six sevens.\n\nOr eight?")):
        version = chat.continue_from(turn, step)
        assert version.wait(10) and version.error is None
        assert version.text("reasoning") == begins + "Yes."
        assert version.answer == "42."
    chat.close()


def test_its_answer_is_no_single_text_to_go_on_behind() -> None:
    chat, _, turn = asked("x")
    with pytest.raises(ConversationError, match="thought again in the middle"):
        chat.edit_answer(turn, "It is 43")
    assert chat.conversation.all_turns == (turn,)
    chat.close()


def test_a_budget_counts_all_thoughts_and_closes_the_one_that_is_open() -> None:
    request = Request(messages=[], settings=Settings(thinking_budget=3))
    thinking = Thinking(ReasoningSplitter(True), request, room=100, closing=3)
    for text, closed_by in (("A", None), ("</think>", None), ("one ", None), ("<think>B", None), ("C", "budget")):
        thinking.feed(text, 1)
        assert thinking.closed_by() == closed_by
    thinking.feed("\n</think>\n\n", 3)
    assert not thinking.is_on and thinking.closed_by() is None
