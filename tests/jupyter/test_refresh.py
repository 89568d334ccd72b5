"""What is done while something changes: soon, then not often, and not while nothing does."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from r1widget.jupyter import refresh
from r1widget.jupyter.refresh import EVERY, FIRST, Refresh

PATIENCE = 20.0


class Timer(threading.Thread):
    """Fires when it is told to."""

    made: list[Timer] = []

    def __init__(self, pause: float, act: Callable[[], None]) -> None:
        super().__init__(target=act)
        self.pause, self.is_cancelled = pause, False
        self.made.append(self)

    def start(self) -> None:
        """Not yet."""

    def cancel(self) -> None:
        self.is_cancelled = True

    def fire(self) -> None:
        super().start()
        self.join(PATIENCE)


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list[Timer]:
    monkeypatch.setattr(refresh.threading, "Timer", Timer)  # type: ignore[attr-defined]
    Timer.made = []
    return Timer.made


def test_soon_then_every_five_seconds_and_never_without_a_change(timers: list[Timer]) -> None:
    done: list[int] = []
    it = Refresh(lambda: done.append(1))
    assert timers == []
    for _ in range(100):
        it.touch()
    assert [timer.pause for timer in timers] == [FIRST]
    timers[0].fire()
    assert len(done) == 1 and len(timers) == 1, "nothing has changed since"
    it.touch()
    it.touch()
    timers[1].fire()
    it.touch()
    assert [timer.pause for timer in timers] == [FIRST, EVERY, EVERY] and len(done) == 2


def test_rest_calls_off_what_waits_and_begins_anew(timers: list[Timer]) -> None:
    done: list[int] = []
    it = Refresh(lambda: done.append(1))
    it.touch()
    timers[0].fire()
    it.touch()
    it.rest()
    assert timers[1].is_cancelled
    timers[1].fire()  # it had begun already
    assert len(done) == 1
    it.touch()
    assert timers[2].pause == FIRST
    it.rest()
    it.rest()


def test_with_real_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "FIRST", 0.0)
    done = threading.Event()
    it = Refresh(done.set)
    it.touch()
    assert done.wait(PATIENCE)
