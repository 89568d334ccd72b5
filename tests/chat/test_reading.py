"""What is found in a turn's texts is told while they are written, and is all there at the end."""

from __future__ import annotations

import random
from typing import Any

import pytest

from r1widget import Chat, ChatWidget, Turn
from r1widget.testing import ScriptedEngine
from tests.chat.checked import PATIENCE, chat_with
from tests.page import hear

THOUGHT = "First 17 × 24 = 409.\n\nThen 2 + 2 = 5, so be it.\n\nAnd 3 + 4 = 7."
SCRIPT = f"{THOUGHT}\n</think>\n\nThe answer is 10 + 1 = 12."


def stands(turn: Turn) -> list[str]:
    return [turn.text(each.kind)[each.start : each.end] for each in turn.findings if each.what == "arithmetic"]


def test_each_is_told_when_it_is_written_and_behind_its_text() -> None:
    widget = ChatWidget(ScriptedEngine(SCRIPT), keep=False)
    sent: list[dict[str, Any]] = []
    hear(widget, sent.append)
    widget._page._outbox._beat = 0.0
    turn = widget.ask("q")
    assert stands(turn) == ["17 × 24 = 409", "2 + 2 = 5", "10 + 1 = 12"]
    come = [message for message in sent if message["type"] == "checks"]
    assert [len(message["checks"]["findings"]) for message in come][:2] == [1, 2]
    ended = next(
        number for number, each in enumerate(sent) if each["type"] == "turn" and each["turn"]["state"] == "ended"
    )
    assert sent.index(come[1]) < ended, "while it is written"
    for message in come:
        written = {"reasoning": "", "answer": ""}
        for before in sent[: sent.index(message)]:
            if before["type"] == "delta":
                written[before["kind"]] += before["text"]
        for found in message["checks"]["findings"]:
            assert written[found["kind"]][found["start"] : found["end"]] == found["text"]
    assert come[-1]["checks"]["findings"][0] == {
        "what": "arithmetic",
        "kind": "reasoning",
        "start": 6,
        "end": 19,
        "text": "17 × 24 = 409",
        "right": "408",
    }


@pytest.mark.parametrize("number", range(30))
def test_however_it_comes_the_same_is_found(number: int) -> None:
    chance = random.Random(number)
    pieces, at = [], 0
    while at < len(SCRIPT):
        length = chance.randint(1, 9)
        pieces.append(SCRIPT[at : at + length])
        at += length
    so_far: list[tuple[Any, ...]] = []
    chat = chat_with(ScriptedEngine(pieces))
    chat.on("checked", lambda turn: so_far.append(turn.findings))
    turn = chat.ask("q")
    assert stands(turn) == ["17 × 24 = 409", "2 + 2 = 5", "10 + 1 = 12"]
    assert all(set(found) <= set(turn.findings) for found in so_far), "nothing is taken back"
    assert so_far and so_far[-1] == turn.findings


def test_a_version_is_read_with_what_it_begins_with() -> None:
    chat = chat_with(ScriptedEngine(SCRIPT))
    turn = chat.ask("q")
    so_far: list[tuple[Any, ...]] = []
    chat.on("checked", lambda turn: so_far.append(turn.findings))
    made = chat.wait(chat.continue_from(turn, 0))
    assert stands(made)[0] == "17 × 24 = 409" and len(stands(made)) == 4
    assert so_far[0][0].start == 6, "what was there is read, too"


def test_what_is_read_again_is_found_again_beside_who_reads(tmp_path: Any) -> None:
    """The page has the texts at once, and what is found in them when it is."""
    chat = chat_with(ScriptedEngine(SCRIPT))
    turn = chat.ask("q")
    chat.check(turn, 2)
    chat.export(tmp_path / "chat.json")
    loaded = Chat.load(tmp_path / "chat.json", ScriptedEngine(SCRIPT), keep=False).turns[-1]
    assert stands(loaded) == stands(turn) and loaded.check == turn.check
    assert loaded.found_so_far == () and loaded.wait(PATIENCE)


def test_of_a_turn_without_a_slip_nothing_is_told() -> None:
    chat = chat_with(ScriptedEngine("2 + 2 = 4.\n</think>\n\nIt is 4."))
    heard: list[Turn] = []
    chat.on("checked", heard.append)
    assert chat.ask("What is 2 + 2?").findings == () and heard == []


def test_a_page_is_told_once_of_what_was_found() -> None:
    """Found while it was written, it is found again at the end: a page has it by then, and a server passes on a thousand messages a
    second."""
    widget = ChatWidget(ScriptedEngine("17 × 4 = 78. Hm.</think>Yes."), keep=False)
    sent: list[dict[str, Any]] = []
    hear(widget, sent.append)
    for _ in range(3):
        widget.ask("q")
    come = [message["turn"] for message in sent if message["type"] == "checks"]
    assert len(come) == len(set(come)) == 3
