"""What was found out about a turn is there again: from the history, from a file, from a notebook's outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat
from r1widget.export import stored
from r1widget.journal.writer import Writer, close_all
from r1widget.settings import Settings
from tests.chat.checked import PATIENCE, HeldEngine, until
from tests.chat.test_trace_answer import THOUGHT, Deciding


def checked(chat: Chat) -> Any:
    turn = chat.ask("q", seed=1)
    chat.check(turn, 3)
    chat.trace_answer(turn, 2)
    return turn


def test_after_a_restart(own: Writer) -> None:
    chat = Chat(Deciding(10))
    turn = checked(chat)
    id = chat.id
    assert id is not None
    close_all()
    again = Chat.load(id, Deciding(10))
    loaded = again.turns[-1]
    assert (loaded.check, loaded.answer_trace, loaded.under) == (turn.check, turn.answer_trace, {})
    assert str(loaded.answer_trace) == str(turn.answer_trace)
    assert len(again.check(loaded, 5).samples) == 5
    close_all()
    assert len(Chat.load(id, Deciding(10)).turns[-1].check.samples) == 5  # type: ignore[union-attr]


def test_what_came_before_a_stop_is_there(own: Writer) -> None:
    engine = HeldEngine(holds=lambda number, request: number > 0)
    chat = Chat(engine)
    turn = chat.ask("q")
    two = until(chat, lambda turn: turn.check is not None and len(turn.check.samples) == 2)
    chat.check(turn, wait=False)
    engine.gate.release(2)
    assert two.wait(PATIENCE)
    chat.close()
    id = chat.id
    close_all()
    assert id is not None and Chat.load(id, engine).turns[-1].check == turn.check


def test_nothing_is_left_of_a_private_one_nor_of_a_conversation_that_was_cleared(journal: Path, own: Writer) -> None:
    checked(Chat(Deciding(10), keep=False))
    close_all()
    assert not journal.exists()
    engine = HeldEngine(holds=lambda number, request: number > 0)
    chat = Chat(engine)
    turn = chat.ask("q")
    chat.check(turn, wait=False)
    id = chat.id
    assert engine.arrived.wait(PATIENCE) and id is not None
    chat.clear()
    for search in [*chat._searches.values()]:
        assert search.wait(PATIENCE)
    close_all()
    assert Chat.load(id, engine).turns[-1].check is None


@pytest.mark.parametrize("suffix", [".json", ".ipynb"])
def test_in_a_file(tmp_path: Path, suffix: str) -> None:
    chat = Chat(Deciding(10), keep=False)
    turn = checked(chat)
    chat.export(tmp_path / f"chat{suffix}")
    loaded = Chat.load(tmp_path / f"chat{suffix}", Deciding(10), keep=False).turns[-1]
    assert (loaded.check, loaded.answer_trace) == (turn.check, turn.answer_trace)


def test_without_thoughts_there_are_none_of_the_samples_either(tmp_path: Path) -> None:
    chat = Chat(Deciding(10), keep=False)
    turn = checked(chat)
    chat.export(tmp_path / "chat.json", reasoning="none")
    text = (tmp_path / "chat.json").read_text("utf-8")
    assert "Wait, number" in json.dumps(turn.to_dict()) and "Wait, number" not in text
    loaded = Chat.load(tmp_path / "chat.json", Deciding(10), keep=False).turns[-1]
    assert str(loaded.check) == str(turn.check) and loaded.answer_trace is None


def test_where_there_is_no_room_the_thoughts_of_samples_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = Chat(Deciding(10), keep=False)
    turn = checked(chat)
    whole = len(json.dumps(turn.to_dict(), ensure_ascii=False))
    monkeypatch.setattr(stored, "MOST", whole - len(THOUGHT))
    (entry,) = stored.branch_data({}, chat.conversation, [turn])["turns"]
    assert entry["spans"] == turn.to_dict()["spans"]
    samples = [*entry["checks"]["check"]["samples"]]
    samples += [each for boundary in entry["checks"]["answer_trace"]["boundaries"] for each in boundary["samples"]]
    assert len(samples) > 10 and not any("reasoning" in sample for sample in samples)
    assert all(sample["answer"] for sample in samples)


def test_settings_and_history_are_the_records(own: Writer) -> None:
    chat = Chat(Deciding(10), settings=Settings(system="Be brief."))
    chat.ask("before")
    chat.ask("q", temperature=0.9, max_tokens=500)
    id = chat.id
    close_all()
    engine = Deciding(10)
    assert id is not None
    again = Chat.load(id, engine)
    again.check(k=1)
    (request,) = engine.requests
    assert [each["role"] for each in request.messages] == ["system", "user", "assistant", "user"]
    assert (request.settings.temperature, request.settings.max_tokens) == (0.9, 500)
