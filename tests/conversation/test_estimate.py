"""What is said of the time: the examples that the page's own tests hold it to as well (tests/wire), and what holds for all."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from r1widget.conversation import estimate
from r1widget.conversation.estimate import Limits

EXAMPLES: dict[str, list[list[Any]]] = json.loads(
    (Path(__file__).parents[1] / "wire/estimates.json").read_text("utf-8")
)


def limits_of(given: dict[str, Any]) -> Limits:
    return Limits(max_tokens=given["max_tokens"], thinking_budget=given.get("thinking_budget"))


SAY = {
    "about": estimate.about,
    "at_most": estimate.at_most,
    "rate": estimate.rate,
    "waiting": estimate.waiting,
    "reading": lambda given: estimate.reading(given["done"], given["total"], given.get("pace")),
    "rest_of_thought": lambda given: estimate.rest_of_thought(limits_of(given), given["thought"], given.get("pace")),
    "warning": lambda given: estimate.warning(limits_of(given), given.get("pace")),
}


@pytest.mark.parametrize(
    ("what", "given", "said"),
    [(what, given, said) for what, examples in EXAMPLES.items() for given, said in examples],
)
def test_as_the_examples_have_it(what: str, given: Any, said: str) -> None:
    assert SAY[what](given) == said  # type: ignore[operator]


UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86400}


def seconds_in(said: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+) (s|min|h|days)\b", said))


@given(st.floats(0.5, 10**7))
def test_a_time_is_rounded_by_less_than_half(seconds: float) -> None:
    said = seconds_in(estimate.about(seconds))
    assert math.isclose(said, seconds, rel_tol=0.34, abs_tol=0.5)


@given(st.floats(0.5, 10**7))
def test_a_bound_is_never_too_low_nor_twice_as_high(seconds: float) -> None:
    said = seconds_in(estimate.at_most(seconds))
    assert seconds <= said < 2 * seconds + 1


@given(st.floats(0.1, 10**5))
@example(0.15)  # half a tenth: 0.2 − 0.15 is a little more than 0.05 in floats
def test_a_rate_is_within_a_sixth(pace: float) -> None:
    said = float(estimate.rate(pace).removesuffix(" tokens/s").replace(",", ""))
    assert math.isclose(said, pace, rel_tol=0.17, abs_tol=0.05 + 1e-9)


@pytest.mark.parametrize("pace", [None, 0.0, -1.0, math.nan, math.inf])
def test_where_the_pace_is_not_known_nothing_is_made_up(pace: float | None) -> None:
    limits = Limits(max_tokens=8192, thinking_budget=2000)
    assert estimate.warning(limits, pace) == ""
    assert estimate.rest_of_thought(limits, 0, pace) == ""
    assert estimate.reading(5, 10, pace) == "Reading the question: 5 of 10 tokens"
