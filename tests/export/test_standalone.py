"""The widget itself in one page: what it holds, and that nothing in it gets out of the place it has."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat
from r1widget.conversation import Conversation
from r1widget.errors import ExportError
from r1widget.export import Choice, text, write
from r1widget.testing import ScriptedEngine

LARGEST = 1_200_000
"""Bytes of a page beside what was said."""
HARM = "</script><script>alert(1)</script><!-- <script> ]]> \u2028 &lt; 🧮"


class Elements(HTMLParser):
    """What a browser finds in a page: tags, and the text of each script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.metas: list[dict[str, str | None]] = []
        self._is_in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag == "meta":
            self.metas.append(dict(attrs))
        self._is_in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._is_in_script = False

    def handle_data(self, data: str) -> None:
        if self._is_in_script:
            attributes, before = self.scripts[-1]
            self.scripts[-1] = (attributes, before + data)


def page_of(conversation: Conversation, **options: Any) -> str:
    return text(conversation, ".html", Choice(**options), "widget")


def data_of(page: str) -> Any:
    [(attributes, data), _] = Elements(page).scripts
    assert attributes == {"type": "application/json", "id": "conversation"}
    return json.loads(data)


@pytest.fixture
def conversation() -> Conversation:
    conversation = Conversation()
    turn = conversation.add(HARM)
    turn.append("reasoning", f"{HARM} ")
    turn.append("reasoning", "words of my own", "person")
    turn.append("answer", HARM)
    turn.record = {"model": "some/model", "tokens": {"reasoning": 3, "answer": 2}}
    turn.end("stop", thinking_ended_by="model")
    version = conversation.add_version(turn)
    version.append("answer", "408")
    version.end("stop")
    conversation.select(turn)
    return conversation


def test_it_holds_every_version_as_a_page_is_told_of_it(conversation: Conversation) -> None:
    data = data_of(page_of(conversation))
    first, second = conversation.all_turns
    assert (data["active"], data["model"], data["unfold"]) == (first.id, "some/model", "auto")
    assert [turn["id"] for turn in data["turns"]] == [first.id, second.id]
    told = data["turns"][0]
    assert told["question"] == HARM and told["text"] == {"reasoning": f"{HARM} words of my own", "answer": HARM}
    assert told["others"]["reasoning"] == [[len(HARM) + 1, len(HARM) + 16, "person"]]
    assert data["turns"][1]["version"] == {"of": first.id, "part": "reasoning", "at": 0}


def test_nothing_that_was_said_gets_out_of_its_place(conversation: Conversation) -> None:
    page = page_of(conversation)
    elements = Elements(page)
    assert [tag for tag in elements.tags if tag in {"script", "img", "iframe", "link", "object"}] == ["script"] * 2
    assert set(elements.tags) <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "noscript",
        "p",
        "div",
        "script",
    }
    [code] = [text for attributes, text in elements.scripts if not attributes]
    assert not re.search("<(?:!--|/?script)", code, re.IGNORECASE), "HTML would read on behind its end"


def test_its_policy_lets_its_own_script_run_and_nothing_be_fetched(conversation: Conversation) -> None:
    elements = Elements(page_of(conversation))
    [policy] = [each["content"] for each in elements.metas if each.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in (policy or "").split("; "))
    digest = base64.b64encode(hashlib.sha256(elements.scripts[1][1].encode()).digest()).decode()
    assert rules.pop("script-src") == f"'sha256-{digest}'"
    assert rules.pop("style-src") == "'unsafe-inline'"
    assert set(rules.values()) == {"'none'"} and "default-src" in rules


def test_it_is_small_beside_what_was_said(tmp_path: Path) -> None:
    assert write(Conversation(), tmp_path / "chat.html", view="widget").stat().st_size < LARGEST


def test_without_the_thoughts_it_says_so(conversation: Conversation) -> None:
    page = page_of(conversation, reasoning="none")
    assert "words of my own" not in page
    told, other = data_of(page)["turns"]
    assert told["text"]["reasoning"] == "" and told["others"]["reasoning"] == []
    assert told["notes"] == ["The thought is left out of this file."]
    assert "notes" not in other, "it had none"
    assert data_of(page_of(conversation, reasoning="plain"))["unfold"] == "always"


def test_turns_alone(conversation: Conversation) -> None:
    second = conversation.all_turns[1]
    data = data_of(page_of(conversation, turns=[second]))
    assert [turn["id"] for turn in data["turns"]] == [data["active"]] == [second.id]


def test_what_is_still_written_is_as_far_as_it_is() -> None:
    conversation = Conversation()
    running, waiting = conversation.add("one"), conversation.add("two")
    running.state, running.opens_thinking = "running", True
    running.append("reasoning", "so far")
    one, two = data_of(page_of(conversation))["turns"]
    for told, note in ((one, "It was still being written"), (two, "It was still waiting")):
        assert (told["state"], told["finish_reason"]) == ("ended", "cancelled")
        assert told["notes"] == [f"{note} when this file was made."]
    assert one["text"]["reasoning"] == "so far" and "opens_thinking" not in one
    assert running.state == "running" and waiting.state == "queued"


def test_a_chat_writes_it_and_refuses_what_cannot_be(tmp_path: Path) -> None:
    chat = Chat(ScriptedEngine("a thought</think>an answer"))
    chat.ask("q")
    chat.export(tmp_path / "chat.html", view="widget")
    assert data_of((tmp_path / "chat.html").read_text("utf-8"))["turns"][0]["text"]["answer"] == "an answer"
    chat.export(tmp_path / "plain.html")
    assert "application/json" not in (tmp_path / "plain.html").read_text("utf-8")
    with pytest.raises(ExportError, match=r"can't be written to 'chat.md'. It is a page"):
        chat.export(tmp_path / "chat.md", view="widget")
    with pytest.raises(ExportError, match=r"view='film' can't be. There are: 'page', 'widget'"):
        chat.export(tmp_path / "chat.html", view="film")  # type: ignore[arg-type]


def test_it_has_where_the_model_hesitated() -> None:
    chat = Chat("pocket", keep=False, settings={"seed": 3, "temperature": 1.0})
    turn = chat.ask("What is 9 + 8 × 7?")
    (found,) = data_of(page_of(chat.conversation))["scored"].values()
    assert found["total"] == len(turn.scores)
    assert [token["kind"] for token in found["tokens"]] == ["reasoning"]
    assert found["tokens"][0]["alternatives"][1]["text"] == "Wait"
    (bare,) = data_of(page_of(chat.conversation, reasoning="none"))["scored"].values()
    assert bare["tokens"] == []
    scripted = Chat(ScriptedEngine("It is 4."), keep=False)
    scripted.ask("2 + 2?")
    (none,) = data_of(page_of(scripted.conversation))["scored"].values()
    assert (none["total"], none["tokens"]) == (0, []) and none["why"].endswith(".")
