"""What is counted of an answer's trace, and where it is looked next. Values alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.check.answer_trace import AnswerTrace, Boundary
from r1widget.check.sample import Sample
from r1widget.check.shares import Shares, leading, next_step


def boundary(step: int, *values: int | None) -> Boundary:
    """`None`: cut off."""
    samples = (
        Sample(f"It is {value}." if value else "It is 40", finish_reason="stop" if value else "length")
        for value in values
    )
    return Boundary(step, 10 * step, tuple(samples))


def trace(*boundaries: Boundary, answer: str = "The answer is 408.") -> AnswerTrace:
    return AnswerTrace(answer, boundaries)


def test_where_it_was_decided_and_where_it_turned() -> None:
    found = trace(
        boundary(0, 409, 409, 408), boundary(4, 409, 409, 409), boundary(5, 408, 408, 408), boundary(12, 408, 408, 408)
    )
    assert found.answers == ("408", "409")
    assert found.counts == ((1, 2), (0, 3), (3, 0), (3, 0))
    assert (found.decided, found.turned, found.turned_between) == (5, 4, (4, 5))
    assert str(found) == "From step 5 of 12 on, all that follow end in 408. With step 5 most turned from 409 to 408."


def test_between_which_steps_it_turned_where_that_is_all_that_is_known() -> None:
    found = trace(boundary(0, 409, 409), boundary(6, 408, 408), boundary(12, 408, 408))
    assert (found.decided, found.turned, found.turned_between) == (6, None, (0, 6))
    assert str(found).endswith("Between steps 1 and 6 most turned from 409 to 408.")


def test_decided_from_the_beginning_and_not_at_all() -> None:
    assert str(trace(boundary(0, 408, 408), boundary(3, 408))) == "From the beginning on, all that follow end in 408."
    late = trace(boundary(0, 7, 8), boundary(3, 408, 9))
    assert late.decided is None
    assert (
        str(late) == "1 of 2 that follow the whole thought end in 408. Between steps 1 and 3 most turned from 7 to 408."
    )
    assert str(trace(boundary(0), boundary(3))) == "Nothing has been looked at yet."
    assert trace().decided is None and trace().turned is None


def test_one_that_came_to_no_answer_is_neither_for_nor_against_it() -> None:
    found = trace(boundary(0, 409, None), boundary(3, 408, None), boundary(4, 408, 408))
    assert found.decided == 3 and found.shares[1] == Shares((1, 0), 1)
    assert str(found).startswith("From step 3 of 4 on, all that come to an answer end in 408.")
    assert trace(boundary(2, 408, None, None), boundary(4, 408)).decided == 4, "too few of them came to one"
    assert trace(boundary(2, None, None), boundary(4, None)).decided is None


def test_an_answer_of_words_is_compared_as_text() -> None:
    found = AnswerTrace(
        "Perhaps.", (Boundary(0, 0, (Sample("perhaps"), Sample("Never."))), Boundary(1, 5, (Sample("Perhaps."),)))
    )
    assert found.answers == ("Perhaps.", "Never.") and found.decided == 1
    assert str(found) == "From step 1 of 1 on, all that follow say the same."


def test_without_an_answer_of_its_own_nothing_is_decided() -> None:
    found = trace(boundary(0, 408), boundary(1, 408), answer="")
    assert found.answers == ("", "408") and found.counts == ((0, 1), (0, 1)) and found.decided is None
    assert str(found) == "0 of 1 that follow the whole thought end in the turn's answer."


def test_a_trace_as_json_has_it() -> None:
    found = trace(boundary(0, 409, None), boundary(3, 408))
    assert AnswerTrace.from_dict(found.answer, found.to_dict()) == found


def test_how_far_shares_are_apart() -> None:
    assert Shares((4, 0), 0).distance(Shares((0, 4), 0)) == 1.0
    assert Shares((4, 0), 0).distance(Shares((2, 0), 2)) == 0.5
    assert Shares((1, 1), 0).distance(Shares((2, 2), 0)) == 0.0
    assert Shares((0, 0), 0).distance(Shares((2, 2), 0)) == 0.0


@pytest.mark.parametrize(
    ("counts", "before", "now"), [((2, 2), None, 0), ((2, 2), 1, 1), ((1, 2), 0, 1), ((0, 0), 1, None), ((3, 1), 1, 0)]
)
def test_which_answer_is_the_most_frequent(counts: tuple[int, ...], before: int | None, now: int | None) -> None:
    assert leading(Shares(counts, 1), before) == now


def test_the_middle_of_the_stretch_that_differs_most() -> None:
    a, b, c = Shares((4, 0), 0), Shares((3, 1), 0), Shares((0, 4), 0)
    assert next_step([(0, c), (16, a)]) == 8
    assert next_step([(0, c), (8, b), (16, a)]) == 4
    assert next_step([(0, a), (4, c), (10, a), (11, c)]) == 7, "of the same distance the longest"
    assert next_step([(0, a), (16, a)]) is None
    assert next_step([(0, a), (1, c), (2, a)]) is None


@given(st.integers(1, 200), st.integers(0, 200))
def test_where_one_step_decides_it_is_found(steps: int, at: int) -> None:
    """In as many looks as there are digits, and its ends."""
    at = min(at, steps)

    def look(step: int) -> Shares:
        return Shares((4, 0), 0) if step >= at else Shares((0, 4), 0)

    looked = {0: look(0), steps: look(steps)}
    while (step := next_step(sorted(looked.items()))) is not None:
        assert step not in looked
        looked[step] = look(step)
    assert at in looked and max(at - 1, 0) in looked
    assert len(looked) <= 2 + steps.bit_length()
