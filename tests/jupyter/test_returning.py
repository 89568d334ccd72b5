"""What a notebook had before this kernel. In real notebooks: tests/browser/test_keep.py."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat, ChatWidget
from r1widget.errors import SettingsError
from r1widget.export import stored
from r1widget.journal import history
from r1widget.journal.writer import close_all
from r1widget.jupyter import returning
from r1widget.jupyter.returning import Named, Where
from r1widget.testing import ScriptedEngine

from ..page import hear, say


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Where]:
    """The cell that runs, of a notebook whose file isn't there yet."""
    place = Where(str(tmp_path / "notebook.ipynb"), "c0de")
    monkeypatch.setenv("R1WIDGET_HISTORY", str(tmp_path / "history.sqlite"))
    monkeypatch.setattr(Where, "here", classmethod(lambda cls: place))
    monkeypatch.setattr(returning, "named", Named())
    monkeypatch.setattr("r1widget.jupyter.widget.named", returning.named)
    yield place
    close_all()


def make(**how: Any) -> ChatWidget:
    return ChatWidget(ScriptedEngine("Hm.</think>Yes."), **how)


def test_a_new_chat_offers_what_its_cell_had_until_its_first_turn(where: Where) -> None:
    assert make().before == {}
    earlier = make()
    earlier.ask("One?")
    earlier.ask("Two?")
    new = make()
    assert (new.before["turns"], new.before["interrupted"]) == (2, False) and new.turns == ()
    sent: list[dict[str, Any]] = []
    hear(new, sent.append)
    say(new, {"type": "look", "id": "l1"})
    looked = next(message for message in sent if message["type"] == "looked")
    assert [turn["question"] for turn in looked["turns"]] == ["One?", "Two?"]
    new.ask("Three?")
    assert new.before == {}
    say(new, {"type": "restore", "id": "r1"})
    assert sent[-1]["type"] == "refused" and "has begun" in sent[-1]["text"]


def test_going_on_is_the_same_conversation(where: Where) -> None:
    earlier = make()
    earlier.ask("One?")
    new = make()
    say(new, {"type": "restore", "id": "r1"})
    assert new.chat.id == earlier.chat.id and new.before == {}
    assert new.conversation == earlier.conversation
    new.ask("Two?")
    assert [turn.question for turn in history.load(new.chat.id or "").turns] == ["One?", "Two?"]


def test_another_cell_and_another_notebook_have_had_nothing(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    make().ask("One?")
    for other in (Where(where.notebook, "beef"), Where(f"{where.notebook}2", where.cell), Where(None, where.cell)):
        monkeypatch.setattr(Where, "here", classmethod(lambda cls, other=other: other))
        assert make().before == {}


def test_a_name_goes_on_by_itself_also_with_another_model(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ChatWidget("pocket", name="sums")
    first.ask("What is 1 + 1?")
    assert ChatWidget("pocket", name="sums").chat is ChatWidget(name="sums").chat is first.chat
    with_another = make(name="sums")
    assert with_another.chat is not first.chat and with_another.chat.id == first.chat.id
    assert with_another.turns[0].question == "What is 1 + 1?"
    assert make(name="else").turns == ()


def test_of_a_private_chat_nothing_is_offered_nor_known_by_a_name(where: Where) -> None:
    make().ask("One?")
    assert make(keep=False).before == {} and make(keep=False).kept == "nowhere"
    with pytest.raises(SettingsError, match="can't be found again by its name"):
        make(keep=False, name="sums")


def test_what_cannot_be_said_any_more_is_refused_and_not_passed_over(where: Where) -> None:
    """Who asks for a private chat is told that this one isn't."""
    kept = Chat(ScriptedEngine("Hm.</think>Yes."))
    for said in ({"keep": False}, {"name": "sums"}):
        with pytest.raises(TypeError, match=f"takes no {next(iter(said))}"):
            ChatWidget(kept, **said)  # type: ignore[arg-type]  # two types of values
    first = ChatWidget("pocket", name="sums", settings={"temperature": 0.1})
    with pytest.raises(SettingsError, match="can't be found again by its name"):
        ChatWidget("pocket", name="sums", keep=False)
    again = ChatWidget("pocket", name="sums", settings={"temperature": 0.2})
    assert again.chat is first.chat and first.settings.temperature == 0.2


def test_where_the_history_is_off_a_name_is_found_in_the_notebooks_file(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("R1WIDGET_HISTORY", "off")
    first = make(name="sums")
    first.ask("One?")
    data = first.chat.data_of(first.turns)
    assert data["name"] == "sums" and "notebook" not in json.dumps(data)
    file = {"cells": [{"id": "beef", "outputs": [{"data": {stored.MIME: data}}]}]}
    Path(where.notebook or "").write_text(json.dumps(file), "utf-8")
    monkeypatch.setattr("r1widget.jupyter.widget.named", Named())
    again = make(name="sums")
    assert again.conversation == first.conversation and again.chat.id is None


def test_a_file_that_cannot_be_read_keeps_nobody_from_a_new_chat(where: Where) -> None:
    Path(where.notebook or "").write_text(f'{{"cells": "{stored.MIME}"', "utf-8")
    assert make().before == {}
    assert make(name="sums").turns == ()


def test_a_file_says_no_path_no_address_and_no_key(where: Where, tmp_path: Path) -> None:
    folder = tmp_path / "secret-models" / "mine"
    folder.mkdir(parents=True)
    told = json.dumps(Chat(folder).about) + json.dumps(
        Chat("m", base_url="http://secret-house.example/v1", api_key="secret-key").about
    )
    assert "secret" not in told and "mine" in told


def test_a_new_chat_offers_what_the_chat_had_until_its_next_question(where: Where) -> None:
    chat = make()
    one = ChatWidget(chat.chat)
    chat.ask("One?")
    chat.ask("Two?")
    sent: list[dict[str, Any]] = []
    hear(chat, sent.append)
    say(chat, {"type": "new_chat", "id": "n1"})
    assert [message["type"] for message in sent] == ["ack", "snapshot", "done"] and sent[1]["turns"] == []
    assert chat.before["turns"] == one.before["turns"] == 2
    say(chat, {"type": "look", "id": "l1"})
    assert [turn["question"] for turn in sent[-2]["turns"]] == ["One?", "Two?"]
    say(chat, {"type": "restore", "id": "r1"})
    assert [turn.question for turn in chat.turns] == ["One?", "Two?"]
    assert chat.before == one.before == {}, "whichever view it was asked in"
    chat.new_chat()
    assert chat.before["turns"] == 2
    chat.ask("Three?")
    assert chat.before == {}
    say(chat, {"type": "restore", "id": "r2"})
    assert sent[-1]["type"] == "refused"


def test_a_new_chat_that_would_lose_something_is_refused(where: Where) -> None:
    chat = make(keep=False)
    turn = chat.ask("One?")
    sent: list[dict[str, Any]] = []
    hear(chat, sent.append)
    say(chat, {"type": "new_chat", "id": "n1"})
    assert (sent[-1]["type"], chat.turns) == ("refused", (turn,)) and "Export it first" in sent[-1]["text"]


def test_the_page_s_clear_forgets_and_python_s_does_not(where: Where) -> None:
    chat = make()
    chat.ask("One?")
    kept = chat.chat.id
    chat.clear()
    chat.ask("Two?")
    done = threading.Event()

    def tell(message: dict[str, Any]) -> None:
        if (message["type"], message.get("id")) == ("done", "c1"):
            done.set()

    hear(chat, tell)
    say(chat, {"type": "clear", "id": "c1"})
    say(chat, {"type": "ask", "id": "c2", "text": "Three?"})
    assert [turn.question for turn in chat.turns] == ["Three?"], "it is empty before the next command"
    assert done.wait(20) and chat.turns[0].wait(20)
    assert {entry.title for entry in history.list()} == {"One?", "Three?"}
    assert history.load(kept or "").turns[0].question == "One?"
    assert chat.before == {}
