"""The statistics of `benchmarks.signals`, against known values, and its reading of the built-in model's thoughts. Not the runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from benchmarks.signals_agreement import agreed
from benchmarks.signals_decided import altered, rows
from benchmarks.signals_figures import Figure, Row, auroc, bootstrap, flagged, ranked, share_of, wilson
from benchmarks.signals_found import with_another_box
from benchmarks.signals_pocket import Said, value
from benchmarks.signals_steps import Line, read, step_of, working, wrong_lines
from r1widget.pocket.problems import MINUS, PLUS, TIMES, Problem, expression, one_step, two_step
from r1widget.pocket.samples import Asked
from r1widget.pocket.traces import Nonsense, write
from r1widget.reasoning.steps import Step


def test_wilson_has_the_values_of_the_textbook() -> None:
    # Newcombe 1998 (Statistics in Medicine 17), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for found, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        figure = wilson(found, of)
        assert figure.value == found / of
        assert (round(figure.low, 4), round(figure.high, 4)) == (low, high)
    assert math.isnan(wilson(0, 0).value)


def test_auroc_is_the_share_of_pairs_in_order_with_ties_half() -> None:
    assert auroc([3, 4], [1, 2]) == 1
    assert auroc([1, 2], [3, 4]) == 0
    assert auroc([1], [1]) == 0.5
    assert auroc([0.8, 0.4], [0.6, 0.4]) == (1 + 1 + 0 + 0.5) / 4
    assert math.isnan(auroc([], [1]))


def test_a_bootstrap_draws_whole_questions() -> None:
    things = [(question, question % 2 == 0) for question in range(50) for _ in range(4)]

    def share(some: Sequence[tuple[int, bool]]) -> float:
        return sum(so for _, so in some) / len(some)

    def width(figure: Figure) -> float:
        return figure.high - figure.low

    by_question = bootstrap(things, share, lambda thing: thing[0])
    by_thing = bootstrap([*enumerate(so for _, so in things)], share, lambda thing: thing[0])
    assert by_question.value == by_thing.value == 0.5
    # about 2 · 1.96 · √(0.25 / n), of 50 questions and of 200 things
    assert width(by_question) == pytest.approx(0.277, abs=0.03)
    assert width(by_thing) == pytest.approx(0.139, abs=0.015)
    assert by_question == bootstrap(things, share, lambda thing: thing[0])


def test_a_share_of_several_answers_to_a_question_has_the_interval_of_the_questions() -> None:
    things = [(question, question < 5) for question in range(20) for _ in range(5)]
    assert share_of(things, lambda thing: thing[1], lambda thing: thing[0]) == wilson(5, 20)


def test_precision_recall_and_rank_of_a_flag() -> None:
    things = [(0, 0.9, True), (1, 0.8, False), (2, 0.3, True), (3, 0.1, False)]
    precision, recall = flagged(things, lambda each: each[1] > 0.5, lambda each: each[2], lambda each: each[0])
    assert precision == wilson(1, 2)
    assert recall == wilson(1, 2)
    assert ranked(things, lambda each: each[1], lambda each: each[2], lambda each: each[0]).value == 0.75


def test_a_row_says_whether_it_can_be_told_from_chance() -> None:
    assert Row("a", "b", "3", auroc=Figure(0.6, 0.51, 0.7)).tells
    assert Row("a", "b", "3", auroc=Figure(0.6, 0.49, 0.7)).tells is False
    assert Row("a", "b", "3", precision=Figure(0.4, 0.3, 0.5), chance=0.3).tells is False
    assert Row("a", "b", "3", precision=Figure(1, 0.9, 1)).tells is None
    assert str(Row("a", "b", "3", precision=Figure(0.4, 0.3, 0.5), chance=0.3)) == (
        "| a | b | 3 | 0.40 (0.30 to 0.50) | 0.30 |  |  | **no** |"
    )


SUM = Problem((58, 77), (PLUS,))
THOUGHT = """I need both together, so I add.
I need to work out 58 + 77.
58 is 5 tens, 8 ones.
77 is 7 tens, 7 ones.
Ones: 8 + 7 = 15, write 5, carry 1.
Tens: 5 + 7 + 1 = 13.
So 58 + 77 = 135.
Wait, let me check. In 135 I read ones 5, tens 3, hundreds 1, as in the lines above. That fits.
"""


def lines(thought: str, asked: Problem) -> list[str]:
    return [thought[line.start : line.end].rstrip("\n") for line in wrong_lines(thought, asked)]


def test_a_right_thought_has_no_wrong_line() -> None:
    assert lines(THOUGHT, SUM) == []
    assert lines(THOUGHT.removesuffix("\n"), SUM) == []


def test_every_working_that_the_model_learns_is_right() -> None:
    rng = Random(4)
    for number in range(300):
        problem = two_step(rng) if number % 2 else one_step(rng, rng.choice((PLUS, MINUS, TIMES)))
        try:
            thought = write(problem, rng, checks=number % 3).thinking
        except Nonsense:
            continue
        assert read(expression(problem)) == problem
        assert lines(thought, problem) == []


@pytest.mark.parametrize(
    ("right", "wrong", "first"),
    [
        ("8 + 7 = 15, write 5", "8 + 7 = 14, write 4", "Ones: 8 + 7 = 14, write 4, carry 1."),
        ("Tens: 5 + 7 + 1 = 13", "Tens: 5 + 7 = 12", "Tens: 5 + 7 = 12."),  # well computed, without the carry
        ("77 is 7 tens", "77 is 1 tens", "77 is 1 tens, 7 ones."),
        ("Tens: 5", "Ones: 5", "Ones: 5 + 7 + 1 = 13."),
        ("So 58 + 77 = 135", "So 58 + 77 = 136", "So 58 + 77 = 136."),
    ],
)
def test_the_first_wrong_line_is_found(right: str, wrong: str, first: str) -> None:
    assert lines(THOUGHT.replace(right, wrong), SUM)[0] == first


def test_words_are_not_looked_at_nor_what_is_left_out() -> None:
    assert lines(THOUGHT.replace("That fits.", "Waitls what How much"), SUM) == []
    assert lines(THOUGHT.replace("77 is 7 tens, 7 ones.\n", ""), SUM) == []


def test_another_sum_than_was_asked_for_is_the_first_wrong_line_and_the_choice_before_it() -> None:
    asked = Problem((77, 58), (MINUS,))
    assert lines(THOUGHT, asked) == ["I need both together, so I add.", "I need to work out 58 + 77."]
    assert lines(THOUGHT, Problem((58, 78), (PLUS,))) == ["I need to work out 58 + 77."]
    assert lines(THOUGHT.replace("= 13.", "= 14."), Problem((58, 78), (PLUS,)))[1] == "Tens: 5 + 7 + 1 = 14."
    assert lines("This is not a sum that I can do.\nI say what I can do.", asked) == []


def test_sums_are_read_as_they_are_written() -> None:
    assert read("(2 + 8) × 35") == Problem((2, 8, 35), (PLUS, TIMES), 0)
    assert read("4 × (2 + 8)") == Problem((4, 2, 8), (TIMES, PLUS), 1)
    assert read("12 + 7 × 3") == Problem((12, 7, 3), (PLUS, TIMES), 1)
    assert read("12 − 7 − 3") == Problem((12, 7, 3), (MINUS, MINUS), 0)
    assert read("12") is None
    assert read("1 + 2 + 3 + 4") is None


def test_both_ways_of_a_subtraction_that_is_turned_round_are_right() -> None:
    contents = working(Problem((123, 187), (MINUS,)))
    assert ("123", "187", "187", "−", "123") in contents
    assert any("hundreds" in each and each[-4:] == ("187", "187", "−", "123") for each in contents)


def test_a_digit_of_a_result_is_altered() -> None:
    for seed in "abcdefgh":
        found = altered(THOUGHT, seed)
        assert found is not None
        text, line = found
        stated = wrong_lines(text, SUM)
        assert stated[0] == line
        assert len(text) == line.end
        assert THOUGHT[: line.start] == text[: line.start]
        assert found == altered(THOUGHT, seed)
    assert altered("I say what I can do.", "a") is None


def test_a_line_stands_in_the_step_of_its_first_word() -> None:
    steps = [Step("ab\n", "step", 0, 3), Step("So c\n", "conclusion", 3, 8)]
    assert [step_of(Line(start, start + 1), steps) for start in (0, 2, 3, 7)] == [0, 0, 1, 1]


@pytest.mark.parametrize(("first", "off", "count"), [(0, 0, 1), (0, 1, 2), (2, 1, 3), (4, 1, 2)])
def test_what_a_guess_among_five_steps_would_find(first: int, off: int, count: int) -> None:
    found = [{"kind": "planted", "steps": 5, "first": first, "decided": 5, "turned": None}]
    row = next(row for row in rows(found) if row.n.startswith("1 ") and ("neighbour" in row.signal) == (off == 1))
    assert row.chance == count / 5
    assert row.precision is not None
    assert row.precision.value == (abs(4 - first) <= off)


def said(answer: str, finish_reason: str = "stop") -> Said:
    row: dict[str, Any] = {
        "reasoning": "",
        "answer": answer,
        "finish_reason": finish_reason,
        "thinking_ended_by": None,
        "tokens": [],
    }
    return Said(0, Asked("What is 58 + 77?", SUM), row)


def test_each_answer_is_looked_at_with_the_others() -> None:
    five = [said(r"$\boxed{135}$"), said(r"$\boxed{135}$"), said(r"$\boxed{135}$", "length"), said("136"), said("7.")]
    found = agreed([five])
    assert [each.share for each in found[:2]] == [0.25, 0.25]
    assert [each.share for each in found[3:]] == [0, 0]
    assert [each.wrong for each in found] == [False, False, False, True, True]
    assert value("no box") is None


def test_an_answer_gets_another_number_in_its_last_box() -> None:
    trace = {"answer": r"First \boxed{1}, then $\boxed{41}$ and 41.", "id": "a"}
    assert with_another_box(trace) == {"answer": r"First \boxed{1}, then $\boxed{42}$ and 41.", "id": "a"}
    assert with_another_box({"answer": r"\boxed{x}"}) is None
