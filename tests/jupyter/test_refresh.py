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


def noting(done: list[int]) -> Callable[[], int]:
    """What has sent nothing, but been done."""

    def act() -> int:
        done.append(1)
        return 0

    return act


def test_soon_then_every_five_seconds_and_never_without_a_change(timers: list[Timer]) -> None:
    done: list[int] = []
    it = Refresh(noting(done))
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


def test_what_is_long_is_done_less_often(timers: list[Timer]) -> None:
    sent = iter([10_000, 100_000, 200_000, 10])
    it = Refresh(lambda: next(sent))
    for number in range(4):
        it.touch()
        timers[number].fire()
    it.touch()
    assert [timer.pause for timer in timers] == [FIRST, EVERY, EVERY, 10.0, 20.0]
    it.rest()
    it.touch()
    assert timers[-1].pause == FIRST


def test_rest_calls_off_what_waits_and_begins_anew(timers: list[Timer]) -> None:
    done: list[int] = []
    it = Refresh(noting(done))
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

    def act() -> int:
        done.set()
        return 0

    it = Refresh(act)
    it.touch()
    assert done.wait(PATIENCE)
