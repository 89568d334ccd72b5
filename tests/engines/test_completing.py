"""An engine of somebody's own, made whole: what it has is used, what it lacks is said in its place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from r1widget import Chat
from r1widget.engines import ALL, Delta, Engine, Pace, Request
from r1widget.engines.completing import complete
from r1widget.errors import CannotSteer
from r1widget.testing import ScriptedEngine


class Bare:
    """No more than `stream`."""

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        yield Delta(text="Hello.", tokens=1)
        yield Delta(finish_reason="stop")


def test_a_whole_engine_is_itself() -> None:
    engine = ScriptedEngine("a")
    assert complete(engine) is engine


def test_a_bare_engine_answers_and_says_that_it_can_do_no_more() -> None:
    chat = Chat(Bare())  # type: ignore[arg-type]  # no more than `stream` is asked of it
    turn = chat.ask("Hi")
    assert turn.answer == "Hello."
    assert (turn.record["engine"], turn.record["model"]) == ("Bare", "Bare")
    with pytest.raises(CannotSteer, match="Bare doesn't say that it can do this"):
        chat.edit_reasoning(turn, "So")
    chat.close()


def test_what_it_has_is_its_own_also_where_that_changes() -> None:
    class Paced(Bare):
        name = "mine"
        capabilities = ALL
        pace: Pace | None = None
        closed = 0

        def describe(self) -> dict[str, Any]:
            return {"engine": "mine", "revision": "7"}

    mine = Paced()
    whole = complete(mine)
    assert isinstance(whole, Engine)
    assert (whole.name, whole.capabilities, whole.describe()["revision"]) == ("mine", ALL, "7")
    assert whole.pace is None
    mine.pace = Pace(tokens_per_second=3)
    assert whole.pace == Pace(tokens_per_second=3)
    whole.close()  # it has none


def test_it_is_not_asked_before_it_is_used() -> None:
    """A property of somebody's engine may raise, or take long."""

    class Slow(Bare):
        name = "slow"
        pace = None
        capabilities = ALL
        asked: list[str] = []

        @property
        def describe(self) -> Any:
            self.asked.append("describe")
            raise RuntimeError

    complete(Slow())
    assert Slow.asked == []


def test_its_own_close_is_called() -> None:
    class Closing(Bare):
        closed = False

        def close(self) -> None:
            self.closed = True

    mine = Closing()
    complete(mine).close()
    assert mine.closed
