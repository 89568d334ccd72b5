"""`Check`: the answers to a question that was asked again, beside the one that is there: which agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .agreement import Agreement, compare
from .sample import Sample
from .support import Support, support

ENOUGH = 0.75
"""The part of an answer's length that one which was cut off must have, to be asked whether it has the same terms."""


@dataclass(frozen=True)
class Check:
    """An answer, and others to the same question. What is counted here says how often the model says the same, and nothing of
    what is true."""

    answer: str
    """The turn's own, without the white space around it."""
    samples: tuple[Sample, ...] = ()
    """The others, in the order in which they ended."""
    question: str = ""
    """What was asked: its terms are no news in an answer."""

    @cached_property
    def agreement(self) -> Agreement:
        """Which of them agree: member 0 is the turn's own answer, member n is `samples[n - 1]`. One that was cut off counts as none."""
        return compare([self.answer, *(sample.whole for sample in self.samples)])

    @cached_property
    def support(self) -> tuple[Support, ...]:
        """Of each name, number, date and quoted term of the answer, how many of all the answers have it, the least supported first.

        One that was cut off counts where it says about as much as this one: of a shorter one nobody knows what it would have had."""
        enough = ENOUGH * len(self.answer)
        others = [sample.answer if sample.whole or len(sample.answer) >= enough else "" for sample in self.samples]
        return support(self.answer, others, self.question)

    @property
    def is_counted(self) -> bool:
        """Whether what is counted here has been."""
        return "agreement" in self.__dict__

    def count(self) -> None:
        """Count now, and not where it is first read: to compare formulas takes a second."""
        _ = self.agreement, self.support

    def __str__(self) -> str:
        """Which agree; of prose, which never agrees to the word, how much of it others have."""
        agreement = self.agreement
        said_alike = any(len(group.members) > 1 for group in agreement.groups)
        if agreement.by == "value" or said_alike or not self.support or self.support[0].total < 2:
            return str(agreement)
        few = sum(2 * term.count < term.total for term in self.support)
        said = f"{few} of {len(self.support)} terms {'is' if few == 1 else 'are'} in fewer than half of {self.support[0].total} answers"
        return (
            said if few else f"each of {len(self.support)} terms is in at least half of {self.support[0].total} answers"
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it. What can be counted again isn't in it."""
        return {"samples": [sample.to_dict() for sample in self.samples]}

    @classmethod
    def from_dict(cls, answer: str, data: Mapping[str, Any], question: str = "") -> Check:
        """The check of this answer again."""
        return cls(answer, tuple(map(Sample.from_dict, data["samples"])), question)
