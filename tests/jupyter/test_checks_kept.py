"""A notebook's outputs have a turn's check as soon as it is made, wherever the turn is shown, and go on with it later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from r1widget import ChatWidget
from r1widget.export.stored import MIME
from r1widget.jupyter import transcript
from r1widget.jupyter.keeping import TurnView
from tests.chat.checked import HeldEngine

Outputs = dict[str, dict[str, Any]]


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outputs]:
    """What stands under each display id."""
    now: Outputs = {}

    def publish(data: dict[str, Any], metadata: Any = None, *, transient: Any = None, update: bool = False) -> None:
        if transient:
            now[transient["display_id"]] = data

    monkeypatch.setattr(transcript, "in_kernel", lambda: True)
    monkeypatch.setattr(InteractiveShell.instance().display_pub, "publish", publish)
    yield now
    InteractiveShell.clear_instance()


def samples(outputs: Outputs) -> list[int]:
    """Of each turn that is there, how many."""
    turns = [turn for data in outputs.values() for turn in data.get(MIME, {}).get("turns", ())]
    return [len(turn.get("checks", {}).get("check", {}).get("samples", ())) for turn in turns]


@pytest.mark.parametrize("is_single", [False, True])
def test_the_outputs_have_it(outputs: Outputs, is_single: bool) -> None:
    chat = ChatWidget(HeldEngine())
    turn = chat.ask("q")
    display(TurnView(chat, turn) if is_single else chat)
    assert samples(outputs) == [0]
    chat.check(turn, 3)
    assert samples(outputs) == [3]
    chat.check(turn, 5)
    assert samples(outputs) == [5]


def test_of_a_private_chat_they_have_nothing(outputs: Outputs) -> None:
    chat = ChatWidget(HeldEngine(), keep=False)
    display(chat)
    chat.check(chat.ask("q"), 3)
    assert samples(outputs) == []
