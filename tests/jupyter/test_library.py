"""The extras come from the kernel: to a page that asks, and with the first text that needs them; and to nobody else."""

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
    return [content["type"] for name, content in sent if name == "Library"]


def ask(content: object) -> None:
    """As a page does."""
    say(library(), content)


def test_a_page_that_asks_gets_them(sent: list[tuple[str, dict[str, Any]]]) -> None:
    ChatWidget(ScriptedEngine(PLAIN))
    assert sent == []
    ask({"type": "extras"})
    assert sent == [("Library", {"type": "extras", "code": static("extras.js").read_text("utf-8")})]
    ask({"type": "extras"})
    assert names(sent) == ["extras", "extras"], "that may be another page, or the same one reloaded"


@pytest.mark.parametrize("content", [None, "extras", {}, {"type": "else"}])
def test_nothing_else_is_answered(sent: list[tuple[str, dict[str, Any]]], content: object) -> None:
    ChatWidget(ScriptedEngine(PLAIN))
    ask(content)
    assert sent == []


def test_no_state_carries_them(sent: list[tuple[str, dict[str, Any]]]) -> None:
    chat = ChatWidget(ScriptedEngine(PLAIN))
    ask({"type": "extras"})
    beginning = static("extras.js").read_text("utf-8")[:100]
    for widget in (chat, library()):
        assert json.dumps(beginning)[1:-1] not in json.dumps(widget.get_state(), default=str)


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
