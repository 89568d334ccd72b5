"""What is published of a chat, and when: in a shell that notes it. In real notebooks: test_headless and tests/browser."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from r1widget import ChatWidget
from r1widget.jupyter import keeping
from r1widget.jupyter.keeping import TurnView
from r1widget.jupyter.transcript_parts import GATHERED, NEWEST, PARTS
from r1widget.testing import ScriptedEngine

PATIENCE = 20.0
VIEW = "application/vnd.jupyter.widget-view+json"


class Outputs:
    """Of a notebook: what has been published, and what stands under each display id."""

    def __init__(self) -> None:
        self.now: dict[str, str] = {}
        self.views = 0
        self.told: list[str] = []

    def publish(
        self, data: dict[str, Any], metadata: Any = None, *, transient: Any = None, update: bool = False
    ) -> None:
        if VIEW in data:
            self.views += 1
            return
        assert not update or transient["display_id"] in self.now
        self.now[transient["display_id"]] = data["text/markdown"]
        self.told.append(data["text/markdown"])

    @property
    def texts(self) -> list[str]:
        return list(self.now.values())


class Pulse:
    """A `Refresh` that acts when it is told to."""

    made: list[Pulse] = []

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act
        self.came = threading.Event()
        Pulse.made = [self]

    def touch(self) -> None:
        self.came.set()

    def rest(self) -> None:
        """There is no pause."""


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outputs]:
    outputs = Outputs()
    monkeypatch.setattr(InteractiveShell.instance().display_pub, "publish", outputs.publish)
    yield outputs
    InteractiveShell.clear_instance()


def make(text: Any = "Hm.</think>Yes.", **options: Any) -> ChatWidget:
    return ChatWidget(ScriptedEngine(text, **options))


def test_a_display_is_a_view_and_its_texts(outputs: Outputs) -> None:
    chat = make()
    chat.ask("Before?")
    assert outputs.told == []
    display(chat)
    first, *others = outputs.texts
    assert outputs.views == 1 and "> Before?" in first and others == [""] * (PARTS - 1)
    display(chat)
    assert outputs.views == 2 and len(outputs.now) == PARTS, "the same outputs, in another place too"


def test_only_what_has_changed_is_told_and_what_it_costs_does_not_grow(outputs: Outputs) -> None:
    chat = make()
    display(chat)
    each = []
    for number in range(GATHERED + NEWEST + 1):
        outputs.told.clear()
        chat.ask(f"Question {number:03}?")
        each.append(sum(map(len, outputs.told)))
    assert "".join(outputs.texts) == chat.to_markdown()
    turn = each[0]
    assert max(each) < (GATHERED + 1) * 1.1 * turn
    late, early = sum(each[-NEWEST * 4 :]), sum(each[NEWEST * 2 : NEWEST * 6])
    assert late < 1.5 * early


def test_nothing_is_told_twice(outputs: Outputs) -> None:
    chat = make()
    display(chat)
    turn = chat.ask("q")
    outputs.told.clear()
    chat.wait(turn)
    chat.select(turn)
    assert outputs.told == [], "it is on the active branch already"
    chat.regenerate(turn).wait(PATIENCE)
    chat.select(turn)
    assert any("Version 1 of 2" in text for text in outputs.told)


def test_a_turn_that_is_written_is_told_of_as_far_as_it_has_come(
    outputs: Outputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "Refresh", Pulse)
    monkeypatch.setattr(keeping, "in_kernel", lambda: True)
    gate = threading.Semaphore(0)
    chat = make(["So ", "far"], gate=gate)
    (pulse,) = Pulse.made
    display(chat)
    turn = chat.send("Long?")
    gate.release()
    while turn.text("reasoning") != "So ":
        assert pulse.came.wait(PATIENCE)
        pulse.came.clear()
    pulse.act()
    assert "So" in outputs.texts[0] and "*In progress.*" in outputs.texts[0]
    told = len(outputs.told)
    pulse.act()
    assert len(outputs.told) == told, "nothing has changed"
    gate.release()
    assert turn.wait(PATIENCE) and "*In progress.*" not in outputs.texts[0]


def test_thoughts_are_open_where_the_widget_says_so(outputs: Outputs) -> None:
    chat = make()
    chat.ask("q")
    display(chat)
    assert "<details><summary>" in outputs.texts[0]
    chat.unfold = "always"
    chat.ask("another")
    assert outputs.texts[0].count("<details open><summary>") == 2, "also of what was written before"


def test_clear_forgets_every_turn_and_empties_every_text(outputs: Outputs) -> None:
    chat = make()
    display(chat)
    for number in range(3):
        display(TurnView(chat, chat.ask(f"Question {number}?")))
    single = outputs.texts[PARTS:]
    assert [text.count("> Question") for text in single] == [1, 1, 1]
    turns = [weakref.ref(turn) for turn in chat.turns]
    chat.clear()
    assert outputs.texts == [""] * (PARTS + 3)
    gc.collect()
    assert [turn() for turn in turns] == [None, None, None]
    chat.ask("Anew?")
    assert "> Anew?" in outputs.texts[0] and outputs.texts[PARTS:] == [""] * 3


def test_a_single_turn_follows_its_version_on_the_active_branch(outputs: Outputs) -> None:
    chat = make()
    turn = chat.ask("First?")
    display(TurnView(chat, turn))
    chat.edit_question(turn, "Second?").wait(PATIENCE)
    (text,) = outputs.texts
    assert "> Second?" in text and "First" not in text
    chat.select(turn)
    assert "> First?" in outputs.texts[0]
