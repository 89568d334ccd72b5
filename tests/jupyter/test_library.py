"""The front end's code comes from the kernel as messages: the library behind its model and to a page that asks, the extras to a
page that asks and with the first text that needs them; and nothing of it is state."""

from __future__ import annotations

import json
from typing import Any

import ipywidgets
import pytest

from r1widget import ChatWidget
from r1widget.assets import static
from r1widget.jupyter.library import Library
from r1widget.testing import ScriptedEngine
from tests.page import say

FORMULA = "So \\(x^2\\) it is.</think>answer"
PLAIN = "It is `x`, and that is all: 5 * 5.</think>answer"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What a kernel whose first chat isn't made yet tells its pages: the class of the widget, and the message's content."""
    told: list[tuple[str, dict[str, Any]]] = []

    def tell(self: ipywidgets.Widget, msg: dict[str, Any], buffers: object = None) -> None:
        if msg["method"] == "custom":
            told.append((type(self).__name__, msg["content"]))

    monkeypatch.setattr(ipywidgets.Widget, "_send", tell)
    monkeypatch.setattr(Library, "current", None)
    return told


def library() -> Library:
    assert Library.current is not None
    return Library.current


def names(sent: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Of what the library has told, beside its own code, which is told when it is made."""
    told = [content["type"] for name, content in sent if name == "Library"]
    assert told[0] == "library"
    return told[1:]


def code(name: str) -> str:
    return static(f"{name}.js").read_text("utf-8")


def ask(content: object) -> None:
    """As a page does."""
    say(library(), content)


def test_the_librarys_code_is_said_right_behind_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a page has it before a cell can block the kernel, and one that comes later knows from the state that it must ask."""
    told: list[object] = []
    open_comm = Library.open

    def opened(self: Library) -> None:
        told.append(self.get_state("_is_said"))
        open_comm(self)

    def tell(self: ipywidgets.Widget, msg: dict[str, Any], buffers: object = None) -> None:
        told.append(msg.get("content", msg.get("state")))

    monkeypatch.setattr(Library, "open", opened)
    monkeypatch.setattr(ipywidgets.Widget, "_send", tell)
    Library()
    assert told[-3:] == [{"_is_said": False}, {"type": "library", "code": code("library")}, {"_is_said": True}]


def test_it_is_said_once_however_many_chats_there_are(sent: list[tuple[str, dict[str, Any]]]) -> None:
    for _ in range(3):
        ChatWidget(ScriptedEngine(PLAIN))
    assert [content["type"] for _, content in sent] == ["library"]


@pytest.mark.parametrize("name", ["library", "extras"])
def test_a_page_that_asks_gets_them(sent: list[tuple[str, dict[str, Any]]], name: str) -> None:
    ChatWidget(ScriptedEngine(PLAIN))
    assert names(sent) == []
    ask({"type": name})
    assert sent[1:] == [("Library", {"type": name, "code": code(name)})]
    ask({"type": name})
    assert names(sent) == [name, name], "that may be another page, or the same one reloaded"


@pytest.mark.parametrize("content", [None, "extras", {}, {"type": "else"}, {"type": ["extras"]}, {"type": "bundles"}])
def test_nothing_else_is_answered(sent: list[tuple[str, dict[str, Any]]], content: object) -> None:
    ChatWidget(ScriptedEngine(PLAIN))
    ask(content)
    assert names(sent) == []


def test_no_state_carries_them(sent: list[tuple[str, dict[str, Any]]]) -> None:
    chat = ChatWidget(ScriptedEngine(PLAIN))
    ask({"type": "extras"})
    for widget in (chat, library()):
        state = json.dumps(widget.get_state(), default=str)
        assert len(state) < 4_000
        for name in ("library", "extras"):
            assert json.dumps(code(name)[:100])[1:-1] not in state


def test_the_first_text_that_needs_them_brings_them_once_for_all(sent: list[tuple[str, dict[str, Any]]]) -> None:
    one, two = ChatWidget(ScriptedEngine(PLAIN)), ChatWidget(ScriptedEngine(FORMULA))
    one.ask("q")
    assert names(sent) == [], "inline code needs none, nor do stars"
    two.ask("q")
    two.ask("q")
    one.ask("q")
    assert names(sent) == ["extras"]
    told = [content["type"] for _, content in sent]
    formula = next(at for at, (_, content) in enumerate(sent) if "\\" in content.get("text", ""))
    assert told.index("extras") < formula, "a page that can't ask has them when it draws the formula"


def test_a_page_that_has_asked_gets_no_more_of_them(sent: list[tuple[str, dict[str, Any]]]) -> None:
    chat = ChatWidget(ScriptedEngine(FORMULA))
    ask({"type": "extras"})
    chat.ask("q")
    assert names(sent) == ["extras"]
