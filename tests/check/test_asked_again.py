"""`Check`: what is said of an answer beside others."""

from __future__ import annotations

import pytest

from r1widget.check.asked_again import Check
from r1widget.check.sample import Sample

ISLANDS = ["Penang and Langkawi.", "Langkawi and Penang.", "Penang, Langkawi and Tioman."]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["It is 408.", "408", r"\boxed{408}", "It is 398."], "3 of 4 end in 408"),
        (["Borneo and Penang.", *ISLANDS], "1 of 2 terms is in fewer than half of 4 answers"),
        (["Borneo and Timor.", *ISLANDS], "2 of 2 terms are in fewer than half of 4 answers"),
        ([ISLANDS[2], *ISLANDS[:2], "Tioman and Penang."], "each of 3 terms is in at least half of 4 answers"),
        (["It depends.", "That is hard to say.", "Nobody knows."], "no two of 3 agree"),
    ],
)
def test_what_is_said(answers: list[str], said: str) -> None:
    assert str(Check(answers[0], tuple(map(Sample, answers[1:])))) == said


def test_an_answer_that_was_cut_off_counts_as_none() -> None:
    check = Check("It is 408.", (Sample("It is 4", finish_reason="length"), Sample("408")))
    assert str(check) == "2 of 2 end in 408, 1 without an answer"


def test_one_that_was_cut_off_is_asked_for_its_terms_where_it_says_as_much() -> None:
    own = "Penang, Langkawi, Tioman and Borneo are islands."
    cut = Sample("Penang, Langkawi, Tioman and Redang are islands of", finish_reason="length")
    short = Sample("Penang, Lang", finish_reason="length")
    check = Check(own, (cut, short))
    assert [str(each) for each in check.support if each.text in ("Borneo", "Penang")] == [
        "Borneo: in 1 of 2",
        "Penang: in 2 of 2",
    ]
    assert str(check) == "each of 4 terms is in at least half of 2 answers"
    assert str(Check(own, (short,))) == "1 answer, 1 without an answer"


def test_it_is_kept_with_what_can_be_counted_again() -> None:
    check = Check("It is 408.", (Sample("408", "Let me see.", seed=3, tokens=9),), "What is 17 × 24?")
    again = Check.from_dict(check.answer, check.to_dict(), check.question)
    assert again == check and str(again) == str(check)
