"""Three ways to an empty chat: `new_chat` keeps what was said, `clear` leaves it to the history, `forget` takes it out of there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from r1widget import Chat
from r1widget.chat import Listener
from r1widget.chat.loading import Restored
from r1widget.errors import ConversationError, HistoryError
from r1widget.journal import history
from r1widget.journal.writer import close_all
from r1widget.testing import ScriptedEngine

PATIENCE = 20


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "history.sqlite"
    monkeypatch.setenv("R1WIDGET_HISTORY", str(path))
    yield path
    close_all()


class Ears(Listener):
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.kept: list[Restored] = []

    def conversation_ended(self, kept: Restored) -> None:
        self.heard.append("ended")
        self.kept.append(kept)

    def cleared(self) -> None:
        self.heard.append("cleared")

    def restored(self) -> None:
        self.heard.append("restored")


def make(text: str | list[str] = "Hm.</think>Yes.", **how: object) -> Chat:
    gate = how.pop("gate", None)
    return Chat(ScriptedEngine(text, gate=gate), **how)  # type: ignore[arg-type]


def test_a_new_chat_keeps_the_one_before(journal: Path) -> None:
    chat, ears = make(settings={"temperature": 0.1}), Ears()
    chat.listen(ears)
    first = chat.ask("One?")
    chat.edit_question(first, "Uno?").wait()
    chat.select(first)
    before = chat.id
    chat.new_chat()
    assert chat.turns == () and chat.id != before and chat.settings.temperature == 0.1
    assert ears.heard == ["ended", "cleared"]
    chat.ask("Two?")
    old = history.load(before or "")
    assert [turn.question for turn in old.turns] == ["One?"] and len(old.all_turns) == 2, "with its active branch"
    assert [turn.question for turn in history.load(chat.id or "").turns] == ["Two?"]
    assert old == ears.kept[0].conversation


def test_what_it_had_comes_back_and_is_the_same_one(journal: Path) -> None:
    chat, ears = make(), Ears()
    chat.listen(ears)
    chat.ask("One?")
    before = chat.id
    chat.new_chat()
    chat.restore(ears.kept[0])
    assert chat.id == before
    chat.ask("Two?")
    assert [turn.question for turn in history.load(before or "").turns] == ["One?", "Two?"]


def test_what_runs_is_stopped_first_and_kept_as_far_as_it_came(journal: Path) -> None:
    gate = threading.Semaphore(2)
    chat = make(["a "] * 5, gate=gate)
    running, waiting = chat.send("One?"), chat.send("Two?")
    while running.text("reasoning") != "a a ":
        assert not running.wait(0.001)
    before = chat.id
    chat.new_chat()
    gate.release(9)
    assert running.wait(PATIENCE) and waiting.wait(PATIENCE)
    chat.ask("Three?")
    old = history.load(before or "")
    assert [(turn.question, turn.finish_reason) for turn in old.turns] == [("One?", "cancelled"), ("Two?", "cancelled")]
    assert old.turns[0].reasoning.startswith("a a")
    assert [turn.question for turn in history.load(chat.id or "").turns] == ["Three?"]


def test_an_empty_chat_is_new_already(journal: Path) -> None:
    chat, ears = make(), Ears()
    chat.listen(ears)
    before = chat.id
    chat.new_chat()
    assert chat.id == before and ears.heard == []


@pytest.mark.parametrize("keep", [True, False])
def test_where_nothing_keeps_it_nothing_is_lost(keep: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1WIDGET_HISTORY", "off")
    chat = make(keep=keep)
    turn = chat.ask("One?")
    with pytest.raises(ConversationError, match=r"kept nowhere.*Export it first, or clear\(\)"):
        chat.new_chat()
    assert chat.turns == (turn,)
    chat.forget()
    assert chat.turns == ()


def test_forget_takes_it_out_of_the_history_and_clear_does_not(journal: Path) -> None:
    chat = make()
    chat.ask("A secret: 4711?")
    cleared = chat.id or ""
    chat.clear()
    chat.ask("A secret: 0815?")
    forgotten = chat.id or ""
    chat.forget()
    assert chat.turns == ()
    chat.ask("And then?")
    assert history.load(cleared).turns[0].question == "A secret: 4711?"
    with pytest.raises(HistoryError):
        history.load(forgotten)
    assert {kept.id for kept in history.list()} == {cleared, chat.id}
    close_all()
    assert b"0815" not in b"".join(path.read_bytes() for path in journal.parent.iterdir() if path.is_file())


def test_what_is_forgotten_while_it_is_written_stays_forgotten(journal: Path) -> None:
    gate = threading.Semaphore(1)
    chat = make(["a "] * 5, gate=gate)
    running = chat.send("One?")
    while not running.text("reasoning"):
        assert not running.wait(0.001)
    chat.forget()
    gate.release(9)
    assert running.wait(PATIENCE)
    assert history.list() == ()
    chat.ask("Two?")
    assert [kept.title for kept in history.list()] == ["Two?"]


def test_to_forget_what_was_never_said_makes_no_history(journal: Path) -> None:
    make().forget()
    assert not journal.exists()
