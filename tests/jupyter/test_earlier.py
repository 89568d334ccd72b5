"""What a chat had before `new_chat` stays in the notebook's file: folded, above what comes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.display import display

from r1widget import ChatWidget
from r1widget.export import stored
from r1widget.journal.writer import close_all
from r1widget.jupyter.transcript_parts import PARTS
from r1widget.testing import ScriptedEngine

from .test_transcript import Outputs, outputs

__all__ = ["outputs"]  # a fixture

PATIENCE = 20


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("R1WIDGET_HISTORY", str(tmp_path / "history.sqlite"))
    yield
    close_all()


def make(**options: object) -> ChatWidget:
    return ChatWidget(ScriptedEngine("Hm.</think>Yes."), **options)  # type: ignore[arg-type]


def test_it_stands_folded_above_and_costs_nothing_more(outputs: Outputs) -> None:
    chat = make()
    display(chat)
    chat.ask("One?")
    chat.ask("Two?")
    chat.new_chat()
    first, *others = outputs.texts
    assert first.startswith("<details><summary>An earlier conversation: 2 turns</summary>") and "> Two?" in first
    assert others == [""] * (PARTS - 1)
    outputs.told.clear()
    chat.ask("Three?")
    assert outputs.texts[0] == first and "> Three?" in outputs.texts[1]
    assert first not in outputs.told, "what doesn't change isn't told again"
    chat.new_chat()
    first = outputs.texts[0]
    assert [first.count(text) for text in ("<details><summary>An earlier", "> One?", "> Three?")] == [2, 1, 1]
    assert outputs.texts[1:] == [""] * (PARTS - 1)


def test_what_comes_back_stands_in_its_place(outputs: Outputs) -> None:
    chat = make()
    display(chat)
    chat.ask("One?")
    before = outputs.texts
    chat.new_chat()
    chat._before.restore()
    assert outputs.texts == before


def test_what_was_being_written_is_there_as_far_as_it_came(outputs: Outputs) -> None:
    gate = threading.Semaphore(2)
    chat = ChatWidget(ScriptedEngine(["thinking "] * 5, gate=gate))
    display(chat)
    turn = chat.send("One?")
    while turn.text("reasoning").count("thinking") < 2:
        assert not turn.wait(0.001)
    chat.new_chat()
    gate.release(9)
    assert turn.wait(PATIENCE)
    chat.ask("Two?")
    assert "thinking thinking" in outputs.texts[0] and "> Two?" in outputs.texts[1]


def test_where_thoughts_are_open_it_is_open(outputs: Outputs) -> None:
    chat = make(unfold="always")
    display(chat)
    chat.ask("One?")
    chat.new_chat()
    assert outputs.texts[0].startswith("<details open><summary>An earlier")


def test_the_file_has_both_to_be_read_again(outputs: Outputs, tmp_path: Path) -> None:
    chat = make()
    display(chat)
    chat.ask("One?")
    one = chat.chat.id
    chat.new_chat()
    chat.ask("Two?")
    parts = chat._keeping._parts()
    data = [part.data or chat.chat.data_of(part.turns) for part in parts if part.pieces]
    cell = {"id": "c0de", "outputs": [{"data": {stored.MIME: each}} for each in data]}
    (tmp_path / "notebook.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    read = stored.conversations_in(tmp_path / "notebook.ipynb")
    assert [(each.id, each.conversation.turns[0].question) for each in read] == [(one, "One?"), (chat.chat.id, "Two?")]


def test_the_turns_can_go(outputs: Outputs) -> None:
    """A conversation of gigabytes of scores isn't held for its text."""
    chat = make()
    display(chat)
    chat.ask("One?")
    chat.new_chat()
    assert [each._kept for each in chat._keeping._earlier._all] == [None]
