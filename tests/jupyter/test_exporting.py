"""The command `export`: the file that a page asks for, or how large it would be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from r1widget import ChatWidget, export
from r1widget.conversation import Conversation
from r1widget.errors import ConversationError, ExportError
from r1widget.jupyter.exporting import exported
from r1widget.testing import ScriptedEngine
from tests.page import hear, say

from .test_commands import Sent

WIRE = json.loads((Path(__file__).parents[1] / "wire" / "exported.json").read_text("utf-8"))["messages"]


def asked(conversation: Conversation, format: str = ".md", scope: str = "branch", **more: Any) -> Any:
    """The answer, of which any page can have it as JSON."""
    command = {"type": "export", "id": "c1", "format": format, "scope": scope, "reasoning": "folded", **more}
    answer = exported(conversation, command, {})
    assert json.loads(json.dumps(answer)) == answer
    return answer


@pytest.fixture
def conversation() -> Conversation:
    """Two questions, of which the first has two versions; the second is active, and didn't think."""
    conversation = Conversation()
    first = conversation.add("What is 2 + 2?")
    first.append("reasoning", "Two.")
    first.append("answer", "It is $4$.")
    first.end("stop", thinking_ended_by="model")
    version = conversation.add_version(first)
    version.append("answer", "Four.")
    version.end("stop")
    second = conversation.add("Why?")
    second.append("reasoning", "Hm.")
    second.append("answer", "Because.")
    second.end("stop", thinking_ended_by="model")
    return conversation


def test_the_example_is_what_a_turn_of_its_own_gives(conversation: Conversation) -> None:
    first = conversation.all_turns[0]
    first._conversation = None  # no versions, of which a line would tell
    size, whole = (message for message in WIRE if message["type"] == "exported")
    assert asked(conversation, scope="turn", turn=first.id, size_only=True) == size
    assert asked(conversation, scope="turn", turn=first.id, id="c2") == whole


@pytest.mark.parametrize("format", [*export.FORMATS, "widget"])
def test_the_size_is_that_of_the_text(conversation: Conversation, format: str) -> None:
    size, whole = asked(conversation, format, size_only=True), asked(conversation, format)
    assert size["bytes"] == len(whole.pop("text").encode("utf-8"))
    assert size == whole
    assert (size["turns"], size["thoughts"]) == (2, 1)
    assert size["name"] == f"what-is-2-2{'.html' if format == 'widget' else format}"


def test_what_is_written_is_what_the_file_has(conversation: Conversation, tmp_path: Path) -> None:
    path = export.write(conversation, tmp_path / "chat.md", reasoning="none")
    assert asked(conversation, reasoning="none")["text"] == path.read_text("utf-8")
    assert asked(conversation, reasoning="none")["thoughts"] == 0


def test_all_versions_and_one_branch_can_be_read_again(conversation: Conversation) -> None:
    everything = asked(conversation, ".json", "all")
    assert Conversation.from_dict(json.loads(everything["text"])) == conversation
    assert (everything["turns"], everything["thoughts"]) == (3, 2)
    data = json.loads(asked(conversation, ".json")["text"])
    assert data["left_out"] == ["turns"]
    branch = Conversation.from_dict(data)
    assert [turn.answer for turn in branch.turns] == ["Four.", "Because."] == [t.answer for t in branch.all_turns]
    alone = json.loads(asked(conversation, ".json", "turn", turn=conversation.turns[1].id, reasoning="none")["text"])
    assert alone["left_out"] == ["turns", "reasoning"]
    [turn] = Conversation.from_dict(alone).turns
    assert (turn.question, turn.answer, turn.reasoning) == ("Why?", "Because.", "")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ({"format": ".pdf"}, r"no format '.pdf'. There are: .md, .html, .json, .ipynb, widget"),
        ({"format": None}, "no format 'None'"),
        ({"format": ["x"]}, "no format"),
        ({"scope": "all"}, ".md holds one branch. All versions are in .json, .ipynb, widget"),
        ({"scope": "some"}, "'some' is unknown"),
        ({"scope": None}, "None is unknown"),
        ({"reasoning": "half"}, "reasoning='half' can't be"),
    ],
    ids=str,
)
def test_what_cannot_be_is_a_sentence(conversation: Conversation, command: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        asked(conversation, **command)


def test_a_turn_that_is_gone_is_a_sentence(conversation: Conversation) -> None:
    with pytest.raises(ConversationError, match="no turn 'gone'"):
        asked(conversation, scope="turn", turn="gone")


def test_a_page_asks_and_is_answered_without_a_turn_of_its_own() -> None:
    chat = ChatWidget(ScriptedEngine("a thought</think>an answer"))
    chat.ask("q")
    said = Sent()
    hear(chat, said.append)
    say(chat, {"type": "export", "id": "c", "format": ".md", "scope": "branch", "reasoning": "folded"})
    assert said.outcome() == ["ack", "exported", "done"]
    assert said.messages[1]["text"] == chat.to_markdown()
