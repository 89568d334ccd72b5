"""How long something takes yet."""

from __future__ import annotations

from r1widget.engines.remaining import Remaining


def test_nothing_is_said_too_early_and_nothing_of_what_is_not_counted() -> None:
    remaining = Remaining()
    assert remaining.look(None, 10, 0) is None
    assert remaining.look(3, None, 0) is None
    assert remaining.look(0, 100, 0) is None
    assert remaining.look(5, 100, 0.5) is None
    assert remaining.look(10, 100, 1) == 9


def test_it_follows_how_fast_it_was_lately() -> None:
    remaining = Remaining()
    for second in range(31):
        remaining.look(10 * second, 10_000, float(second))
    for second in range(1, 31):
        left = remaining.look(300 + 100 * second, 10_000, 30.0 + second)
    assert left == (10_000 - 3_300) / 100


def test_at_the_end_there_is_nothing_left_and_before_it_a_second() -> None:
    remaining = Remaining()
    remaining.look(0, 100, 0)
    assert remaining.look(99, 100, 2) == 1
    assert remaining.look(100, 100, 3) is None


def test_what_stands_still_has_no_end_and_what_begins_anew_is_measured_anew() -> None:
    remaining = Remaining()
    assert [remaining.look(50, 100, second) for second in range(4)] == [None] * 4
    remaining.look(90, 100, 5)
    assert remaining.look(0, 100, 6) is None
    assert remaining.look(50, 100, 8) == 2
