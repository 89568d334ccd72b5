"""Running a cell again: which chat comes back, and which is a new one."""

from __future__ import annotations

import gc
import inspect
import threading
import traceback
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.errors import SettingsError
from r1widget.jupyter import cells
from r1widget.jupyter.kernel import Run
from r1widget.testing import ScriptedEngine
from tests.page import say

PATIENCE = 20.0


class Jupyter:
    """Says which cell runs, and notes what is displayed at its end."""

    def __init__(self) -> None:
        self.now: Run | None = None
        self.shown: list[str] = []
        self._runs = 0

    def run(self, cell: str | None, *make: Callable[[], ChatWidget]) -> list[ChatWidget]:
        self._runs += 1
        self.shown = []
        self.now = Run(f"run {self._runs}", cell)
        chats = [each() for each in make]
        cells.cells.cell_ended(self.now, ())
        self.now = None
        return chats


@pytest.fixture
def jupyter(monkeypatch: pytest.MonkeyPatch) -> Jupyter:
    jupyter = Jupyter()
    here = cells.Cells()
    monkeypatch.setattr(cells, "this_run", lambda: jupyter.now)
    monkeypatch.setattr(cells, "cells", here)
    monkeypatch.setattr(cells, "InteractiveShell", SimpleNamespace(instance=lambda: SimpleNamespace(user_ns={})))
    monkeypatch.setattr(cells, "display", lambda data, raw: jupyter.shown.append(data["text/markdown"]))
    return jupyter


def scripted(name: str = "scripted", text: str = "Hm.</think>Yes.", **options: Any) -> Callable[[], ChatWidget]:
    return lambda: ChatWidget(ScriptedEngine(text, name=name), **options)


def type_into(chat: ChatWidget, question: str) -> None:
    """As a page does."""
    say(chat, {"type": "ask", "id": "c", "text": question})
    assert chat.turns[-1].wait(PATIENCE)


def test_what_a_person_typed_goes_on(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    for number in range(3):
        type_into(chat, f"Question {number}?")
    assert not chat.is_again
    (again,) = jupyter.run("a", scripted())
    assert again is chat and [turn.question for turn in again.turns] == ["Question 0?", "Question 1?", "Question 2?"]
    assert again.is_again and jupyter.shown == []
    (once_more,) = jupyter.run("a", scripted())
    assert once_more is chat
    type_into(chat, "Next?")
    assert not chat.is_again


def test_what_code_asked_begins_anew(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    chat.ask("From a cell?")
    (again,) = jupyter.run("a", scripted())
    assert again is not chat and again.turns == () and jupyter.shown == []


def test_an_edit_in_the_page_counts_as_typed(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    turn = chat.ask("From a cell?")
    say(chat, {"type": "edit", "id": "c", "turn": turn.id, "part": "question", "text": "Or from a person?"})
    assert chat.turns[-1].wait(PATIENCE)
    assert jupyter.run("a", scripted()) == [chat]


@pytest.mark.parametrize("refused", [{"type": "ask", "text": " "}, {"type": "sync"}, {"type": "stop"}])
def test_nothing_typed_is_nothing_to_go_on_with(jupyter: Jupyter, refused: dict[str, Any]) -> None:
    (chat,) = jupyter.run("a", scripted())
    chat.ask("From a cell?")
    say(chat, {"id": "c", **refused})
    assert jupyter.run("a", scripted()) != [chat]


def test_another_cell_makes_another_chat_and_so_does_one_without_a_name(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    type_into(chat, "q")
    assert jupyter.run("b", scripted()) != [chat]
    (nameless,) = jupyter.run(None, scripted())
    type_into(nameless, "q")
    assert jupyter.run(None, scripted()) != [nameless]


def test_two_chats_of_one_cell_keep_their_places(jupyter: Jupyter) -> None:
    first, other, second = jupyter.run("a", scripted(), scripted("other"), scripted())
    for chat in (first, other, second):
        type_into(chat, "q")
    assert jupyter.run("a", scripted(), scripted("other"), scripted()) == [first, other, second]
    assert jupyter.run("a", scripted("other"), scripted(), scripted()) == [other, first, second]


def test_settings_are_taken_over(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted(settings={"temperature": 0.1}))
    type_into(chat, "q")
    (again,) = jupyter.run("a", scripted(settings={"temperature": 0.9, "thinking_budget": 7}, unfold="always"))
    assert again is chat
    assert (chat.settings.temperature, chat.thinking_budget, chat.unfold) == (0.9, 7, "always")
    jupyter.run("a", scripted())
    assert (chat.settings.temperature, chat.thinking_budget, chat.unfold) == (0.6, None, "auto")


def test_the_engine_is_the_new_one(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted(text="Hm.</think>Old."))
    type_into(chat, "q")
    jupyter.run("a", scripted(text="Hm.</think>New."))
    assert chat.ask("q").answer == "New."


def test_another_model_begins_anew_and_what_was_typed_stands_below_and_comes_back(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    type_into(chat, "What was *that*?")
    (other,) = jupyter.run("a", scripted("other"))
    assert other is not chat and other.turns == ()
    for _ in range(2):
        (aside,) = jupyter.shown
        assert aside.startswith("<details><summary>") and "1 turn<" in aside and "> What was \\*that\\*?" in aside
        jupyter.run("a", scripted("other"))
    assert jupyter.run("a", scripted()) == [chat] and jupyter.shown == []


class Typed:
    """A chat that nothing holds but who has made it."""

    called = shown_by = ""
    is_typed_into = True

    def make_again(self, **arguments: Any) -> None:
        raise AssertionError("it is made otherwise")

    def kept_aside(self) -> str:
        return "> Dear?"


def test_what_was_typed_stands_below_also_when_nothing_holds_its_chat_any_more(jupyter: Jupyter) -> None:
    variables = {"chat": Typed()}
    gone = weakref.ref(variables["chat"])

    def make(model: str) -> Any:
        assert cells.cells.made_before({"model": model}) is None
        cells.cells.make({"model": model}, variables["chat"])

    def make_another() -> Any:
        assert cells.cells.made_before({"model": "another"}) is None
        del variables["chat"]
        gc.collect()
        assert gone() is not None, "not before the cell has ended"

    jupyter.run("a", lambda: make("one"))
    jupyter.run("a", make_another)
    assert gone() is None
    for _ in range(2):
        assert jupyter.shown == ["> Dear?"]
        jupyter.run("a", scripted())


def test_a_cell_that_fails_before_it_makes_a_chat_loses_none(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    type_into(chat, "q")
    jupyter.run("a")
    assert jupyter.run("a", scripted()) == [chat]


def test_a_chat_that_was_cleared_or_closed_is_not_gone_on_with(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    type_into(chat, "q")
    chat.clear()
    (second,) = jupyter.run("a", scripted())
    assert second is not chat
    type_into(second, "q")
    second.close()
    assert jupyter.run("a", scripted()) != [second]


def test_a_turn_that_is_being_written_goes_on(jupyter: Jupyter) -> None:
    gate = threading.Semaphore(0)
    (chat,) = jupyter.run("a", lambda: ChatWidget(ScriptedEngine(["a", "b"], gate=gate)))
    say(chat, {"type": "ask", "id": "c", "text": "q"})
    (again,) = jupyter.run("a", scripted())
    gate.release(2)
    assert again.turns[0].wait(PATIENCE) and again.turns[0].finish_reason == "stop"


def test_chats_that_are_to_be_new_are(jupyter: Jupyter) -> None:
    (chat,) = jupyter.run("a", scripted())
    type_into(chat, "q")

    def anew() -> ChatWidget:
        with cells.cells.anew():
            return scripted()()

    assert jupyter.run("a", anew) != [chat]


def test_wrong_arguments_are_refused_as_ever(jupyter: Jupyter) -> None:
    with pytest.raises(TypeError, match="devic"):
        jupyter.run("a", lambda: ChatWidget("pocket", devic="cuda"))
    with pytest.raises(TypeError, match="positional"):
        jupyter.run("a", lambda: ChatWidget("pocket", "cuda"))  # type: ignore[misc]


def test_help_says_what_a_chat_is_made_with() -> None:
    assert list(inspect.signature(ChatWidget).parameters)[:3] == ["model", "base_url", "quantization"]


def test_what_is_refused_when_the_cell_is_run_again_changes_nothing_and_shows_no_key(jupyter: Jupyter) -> None:
    def make(**options: Any) -> Callable[[], ChatWidget]:
        return lambda: ChatWidget("m", base_url="http://127.0.0.1:9/v1", api_key="hunter2", **options)

    (chat,) = jupyter.run("a", make(settings={"seed": 1}))
    type_into(chat, "Question?")
    with pytest.raises(SettingsError) as caught:
        jupyter.run("a", make(settings={"temperature": "warm"}))
    assert chat.settings.seed == 1 and not chat.is_again
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
    assert [frame.name for frame in frames if "hunter2" in str(frame.locals)] == []
    assert "hunter2" not in repr([cell.left + cell.made for cell in cells.cells.by_id.values()])
