"""Whether other answers that say the same mean a right answer: on the built-in model's word problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.signals_figures import Row, flagged, part, ranked
from benchmarks.signals_pocket import DATA, Said
from r1widget.check.asked_again import Check
from r1widget.check.sample import Sample


class Agreed(NamedTuple):
    """An answer, looked at with the others to its question."""

    question: int
    wrong: bool
    share: float
    """Of the others, how many agree with it."""


def agreed(answers: Sequence[Sequence[Said]]) -> list[Agreed]:
    """Each answer of each question in turn, as a check of it would count. One that was cut off agrees with none."""
    return [
        Agreed(said.question, said.wrong, _share(said, [each for each in five if each is not said]))
        for five in answers
        for said in five
    ]


def _share(said: Said, others: Sequence[Said]) -> float:
    check = Check(said.answer, tuple(Sample(each.answer, finish_reason=each.row["finish_reason"]) for each in others))
    own = next((group for group in check.agreement.groups if 0 in group.members), None)
    return (len(own.members) - 1) / len(others) if own else 0.0


def _below(limit: float) -> Callable[[Agreed], bool]:
    return lambda each: each.share < limit


def rows(answers: Sequence[Sequence[Said]]) -> Iterator[Row]:
    found = agreed(answers)
    n = f"{len(found)} answers to {len(answers)} questions"
    wrong = part(each.wrong for each in found)

    def by(each: Agreed) -> int:
        return each.question

    def is_wrong(each: Agreed) -> bool:
        return each.wrong

    auroc = ranked(found, lambda each: -each.share, is_wrong, by)
    yield Row("asked again: how many of the others agree", DATA, n, auroc=auroc)
    for name, limit in (("fewer than half of the others agree", 0.5), ("not all of the others agree", 1.0)):
        precision, recall = flagged(found, _below(limit), is_wrong, by)
        yield Row(f"asked again: {name}", DATA, n, precision, recall, chance=wrong)
