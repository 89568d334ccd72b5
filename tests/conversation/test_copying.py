"""How our objects behave as Python's: what they say of themselves, and what a copy of them is."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter

from r1widget import ChatWidget, Conversation, Settings, Span, Turn
from r1widget.engines import Score
from r1widget.engines.remote import RemoteEngine
from r1widget.testing import ScriptedEngine

WAYS: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]


@pytest.fixture
def chat() -> ChatWidget:
    chat = ChatWidget(ScriptedEngine("So $6 \\times 7$.</think>It is **42**."))
    turn = chat.ask("What is 6 × 7?")
    turn.scores.add([Score(5, -0.5, 1.5)], "answer", 3)
    chat.wait(chat.edit_reasoning(turn, "So what."))
    return chat


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_of_a_turn_is_equal_and_its_own(chat: ChatWidget, way: Callable[[Any], Any]) -> None:
    for turn in chat.conversation.all_turns:
        other: Turn = way(turn)
        assert other == turn and other is not turn and other.id == turn.id
        assert (other.spans, other.record, other.steps) == (turn.spans, turn.record, turn.steps)
        assert list(other.scores) == list(turn.scores) and other.scores is not turn.scores
        assert other.ids.all == turn.ids.all and other.ids is not turn.ids
        assert (other.begins, other.opens_thinking, other.loop) == (turn.begins, turn.opens_thinking, turn.loop)
        assert other.wait(0) and other.siblings == (other,)
        other.append("answer", "more")
        other.record["tokens"]["answer"] = 0
        assert other != turn and turn.answer == "It is **42**." and turn.record["tokens"]["answer"] > 0
        assert turn in chat.conversation and other not in chat.conversation


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_of_a_conversation_is_equal_and_its_own(chat: ChatWidget, way: Callable[[Any], Any]) -> None:
    before = chat.conversation
    other: Conversation = way(before)
    assert other == before and other is not before
    assert [turn in other for turn in other.all_turns] == [True, True]
    assert all(turn in before for turn in before.all_turns), "they stay where they were"
    assert [turn.siblings for turn in other.turns] == [other.all_turns]
    other.add("More?")
    assert len(other) == 2 and len(before) == 1


def test_what_is_copied_together_stays_together(chat: ChatWidget) -> None:
    conversation, turns = copy.deepcopy((chat.conversation, list(chat.turns)))
    assert turns[0] in conversation


def test_a_copy_of_a_turn_that_is_written_has_ended() -> None:
    gate = threading.Semaphore(0)
    chat = ChatWidget(ScriptedEngine(["So", " what", "</think>", "42"], gate=gate))
    turn = chat.send("q")
    gate.release(2)
    while turn.text("reasoning") != "So what":
        turn.wait(0.01)
    for way in WAYS:
        other: Turn = way(turn)
        assert (other.state, other.finish_reason, other.reasoning) == ("ended", "cancelled", "So what")
        assert other.wait(0)
    assert "Thinking" in turn._repr_markdown_() and "So what" in turn._repr_markdown_()
    assert turn.state == "running"
    gate.release(9)
    assert turn.wait(20) and turn.answer == "42"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "value",
    [Settings(seed=3, system="x"), Span("answer", "x", "person"), Conversation()],
    ids=lambda value: repr(value),
)
def test_values_are_copied(value: Any, way: Callable[[Any], Any]) -> None:
    assert way(value) == value


@pytest.mark.parametrize("way", WAYS)
def test_what_there_is_one_of_says_that_it_cannot_be_copied(chat: ChatWidget, way: Callable[[Any], Any]) -> None:
    with pytest.raises(
        TypeError, match=r"A ChatWidget can't be copied or pickled\. Take chat\.conversation, which can"
    ):
        way(chat)
    engine = RemoteEngine("m", base_url="http://127.0.0.1:9/v1", api_key="secret")
    for each in (engine, ScriptedEngine("x")):
        with pytest.raises(TypeError, match=rf"A {type(each).__name__} can't be copied or pickled\. One engine serves"):
            way(each)


def test_each_says_in_a_few_words_what_it_is(chat: ChatWidget) -> None:
    assert repr(chat) == str(chat) == "<ChatWidget scripted, 1 turn>"
    chat.ask("x" * 100)
    assert repr(chat) == "<ChatWidget scripted, 2 turns>"
    assert repr(ChatWidget("pocket")) == "<ChatWidget pocket, 0 turns>"
    assert (
        repr(chat.conversation) == "<Conversation of 2 turns>" and repr(Conversation()) == "<Conversation of 0 turns>"
    )
    assert repr(chat.turns[0]) == "<Turn 'What is 6 × 7?' stop>"
    assert len(repr(chat.turns[1])) < 60
    assert repr(ScriptedEngine("x", name="mine")) == "<ScriptedEngine mine>"
    assert repr(RemoteEngine("m", base_url="http://127.0.0.1:9/v1", api_key="secret")) == "<RemoteEngine m>"
    assert repr(object.__new__(ScriptedEngine)) == "<ScriptedEngine (not ready)>", "in a traceback of its own making"
    assert repr(Span("answer", "x")) == "Span('answer', 'x', 'model')"
    assert len(repr(Span("reasoning", "x" * 9999))) < 120


def test_a_turn_as_the_last_line_of_a_cell_draws_itself(chat: ChatWidget) -> None:
    data, _ = DisplayFormatter().format(chat.turns[0])
    assert data["text/plain"] == repr(chat.turns[0])
    for markdown in (data["text/markdown"], DisplayFormatter().format(chat.conversation)[0]["text/markdown"]):
        assert "> What is 6 × 7?" in markdown and "It is **42**." in markdown
        assert "<details><summary>Thought" in markdown and "written by a person" in markdown
    queued, _ = DisplayFormatter().format(Conversation().add("Later?"))
    assert "Waiting to be answered" in queued["text/markdown"]
