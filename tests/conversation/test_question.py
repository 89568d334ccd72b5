"""What can be asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from r1widget import ChatWidget
from r1widget.conversation.question import is_visible, question
from r1widget.errors import ConversationError
from r1widget.testing import ScriptedEngine

WIRE: dict[str, list[str]] = json.loads((Path(__file__).parents[1] / "wire/questions.json").read_text("utf-8"))


@pytest.mark.parametrize("text", WIRE["questions"])
def test_a_text_in_which_something_can_be_seen_is_a_question(text: str) -> None:
    assert is_visible(text) and question(text) == text


@pytest.mark.parametrize("text", WIRE["nothing"])
def test_white_space_and_characters_without_width_are_not(text: str) -> None:
    with pytest.raises(ConversationError, match="nothing to ask"):
        question(text)


class DataFrame:
    """Anything that has a text but is none."""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, r"and this is None\. Give one"),
        (5, r"of type int\. Write it into one, f\"Is the mean"),
        (DataFrame(), r"of type DataFrame\. .*str\("),
        (b"What?", r"of type bytes\. .*\.decode\(\)"),
        (["What?"], r"of type list\. "),
        ([{"role": "user", "content": "What?"}], r"of type list\. Give the content of the last message"),
        ({"role": "user", "content": "What?"}, r"of type dict\. Give the content"),
        (Path("question.txt"), r"Path\. "),
        ([], "of type list"),
    ],
)
def test_what_is_no_text_is_a_type_error_that_says_what_is(value: Any, said: str) -> None:
    chat = ChatWidget(ScriptedEngine("a</think>b"))
    turn = chat.ask("q")
    for act in (question, chat.ask, chat.send, lambda text: chat.edit_question(turn, text)):
        with pytest.raises(TypeError, match=rf"^A question is a text, .*{said}"):
            act(value)
    assert len(chat.turns) == 1


def test_thoughts_and_answers_are_texts() -> None:
    chat = ChatWidget(ScriptedEngine("a</think>b"))
    turn = chat.ask("q")
    with pytest.raises(TypeError, match="A thought is a text, and this is a value of type int"):
        chat.edit_reasoning(turn, 5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="An answer is a text, and this is None"):
        chat.edit_answer(turn, None)  # type: ignore[arg-type]


def test_what_is_more_than_a_text_becomes_one() -> None:
    turn = ChatWidget(ScriptedEngine("a</think>b")).ask(np.str_("What?"))
    assert type(turn.question) is str and turn.question == "What?"


def test_a_widget_still_sends_messages_to_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    chat = ChatWidget(ScriptedEngine("a</think>b"))
    monkeypatch.setattr(chat.comm, "send", lambda data, buffers=None: sent.append((data, buffers)))
    assert chat.send({"type": "custom"}, [b"x"]) is None
    assert sent == [({"method": "custom", "content": {"type": "custom"}}, [b"x"])]
    assert chat.turns == ()
