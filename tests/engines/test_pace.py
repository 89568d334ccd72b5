"""What an engine says of its speed follows what it did."""

from __future__ import annotations

import pytest

from r1widget.engines.pace import REMEMBERED, Speedometer


def test_nothing_is_said_before_anything_was_written() -> None:
    speed = Speedometer()
    speed.learn(1.0, written=0, chats=0, read=200)
    assert speed.pace is None


def test_reading_and_writing_are_told_apart() -> None:
    speed = Speedometer()
    speed.learn(0.5, written=0, chats=0, read=100)
    for _ in range(10):
        speed.learn(0.1, written=4, chats=2, read=0)
    speed.learn(2.0, written=1, chats=1, read=128)  # beside another's prompt
    assert speed.pace is not None
    assert speed.pace.tokens_per_second == pytest.approx(20)
    assert speed.pace.prompt_tokens_per_second == pytest.approx(200)


def test_it_follows_a_trace_that_gets_slower() -> None:
    speed = Speedometer()
    for _ in range(100):
        speed.learn(0.05, written=1, chats=1, read=0)
    for _ in range(int(4 * REMEMBERED / 0.2)):
        speed.learn(0.2, written=1, chats=1, read=0)
    assert speed.pace is not None
    assert 5 < speed.pace.tokens_per_second < 5.5
