"""How long a model took to load is remembered, in a file that says nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from r1widget.engines import Progress
from r1widget.engines.cache_folder import cache_folder
from r1widget.engines.prospect import loads


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clock:
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path / "cache"))
    clock = Clock()
    monkeypatch.setattr(loads, "time", clock)
    return clock


def watch(clock: Clock, seconds: float, *, first: bool) -> loads.Stopwatch:
    made = loads.Stopwatch()
    made.is_first = first
    clock.now += seconds
    return made


def test_it_is_the_last_time_that_counts_with_the_libraries_and_without(clock: Clock, tmp_path: Path) -> None:
    assert loads.measured("/home/me/secret", True) is None
    assert not (tmp_path / "cache").exists(), "to look makes nothing"
    for seconds in (9.0, 3.5):
        loads.remember("/home/me/secret", watch(clock, seconds, first=True))
    assert loads.measured("/home/me/secret", True) == 3.5
    assert loads.measured("/home/me/secret", False) is None
    loads.remember("/home/me/secret", watch(clock, 1.2, first=False))
    assert (loads.measured("/home/me/secret", True), loads.measured("/home/me/secret", False)) == (3.5, 1.2)
    assert loads.measured("other", True) is None
    assert "secret" not in (tmp_path / "cache" / loads.FILE).read_text()


def test_what_comes_from_the_network_does_not_count(clock: Clock) -> None:
    stopwatch = watch(clock, 2, first=True)
    stopwatch.hear(Progress(stage="download", text=""))
    clock.now += 600
    assert stopwatch.seconds == 2
    stopwatch.hear(Progress(stage="load", text=""))
    clock.now += 3
    stopwatch.hear(Progress(stage="check", text=""))
    clock.now += 1
    assert stopwatch.seconds == 6


def test_what_was_made_for_the_next_time_and_what_takes_no_time_are_not_remembered(clock: Clock) -> None:
    loads.remember("m", watch(clock, 0.1, first=False))
    stopwatch = watch(clock, 17, first=False)
    (cache_folder("weights") / "m.key.native.safetensors").touch()
    loads.remember("m", stopwatch)
    assert loads.measured("m", False) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"m": 3}', '{"62c66a7a5dd70c31": {"again": "x"}}'])
def test_a_file_that_cannot_be_read_is_begun_anew(clock: Clock, content: str) -> None:
    (cache_folder() / loads.FILE).write_text(content)
    assert loads.measured("m", False) is None
    loads.remember("m", watch(clock, 4, first=False))
    assert loads.measured("m", False) == 4


def test_only_so_many_are_remembered(clock: Clock) -> None:
    for number in range(loads.MOST + 5):
        loads.remember(str(number), watch(clock, 4, first=False))
    assert len(json.loads((cache_folder() / loads.FILE).read_text())) == loads.MOST
    assert loads.measured("0", False) is None and loads.measured(str(loads.MOST + 4), False) == 4


def test_where_it_cannot_be_written_nothing_fails(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path / "file" / "cache"))
    loads.remember("m", watch(clock, 4, first=False))
    assert loads.measured("m", False) is None


def test_a_guess_goes_by_the_size() -> None:
    known = loads.guessed(3_550_000_000, 1_640_000_000, quantizes=True, first=True)
    assert 12 < known < 20, "docs/engine.md: 17 s"
    assert 3 < loads.guessed(3_550_000_000, 1_640_000_000, quantizes=False, first=True) < 4.5, "and 3.5 s later"
