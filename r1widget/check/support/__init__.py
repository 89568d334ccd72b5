"""`support`: of each name, number, date and quoted term of an answer, how many other answers to the same question have it, too.

    >>> answers = ["It lies in Penang, on the Kelani.", "It lies in Penang.", "In Penang, Malaysia."]
    >>> print(*support(answers[0], answers[1:]), sep="; ")
    Kelani: in 1 of 3; Penang: in 3 of 3

A count, and no verdict: what all answers have may be wrong, and what one alone has may be right. How often, docs/checking_support.md has
measured. The idea is SelfCheckGPT's (arXiv 2303.08896): what a model knows it says again, what it made up it says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .holder import Holder
from .term import Kind, Span, Term
from .terms import find, grouped, terms

__all__ = ["Support", "Term", "support", "terms"]


@dataclass(frozen=True)
class Support:
    """In how many of the answers one term of an answer is."""

    term: Term
    found_in: tuple[int, ...]
    """Which of the others have it, counted from 0."""
    total: int
    """Answers that were looked at: this one, and the others that aren't empty."""

    @property
    def count(self) -> int:
        """This answer counts itself."""
        return 1 + len(self.found_in)

    @property
    def text(self) -> str:
        return self.term.text

    @property
    def kind(self) -> Kind:
        return self.term.kind

    @property
    def spans(self) -> tuple[Span, ...]:
        return self.term.spans

    def __str__(self) -> str:
        return f"{self.text}: in {self.count} of {self.total}"

    def to_dict(self) -> dict[str, Any]:
        return {**self.term.to_dict(), "found_in": list(self.found_in), "total": self.total}

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> Support:
        return cls(Term.of(described), tuple(int(number) for number in described["found_in"]), int(described["total"]))


def support(answer: str, others: Sequence[str], question: str = "") -> tuple[Support, ...]:
    """The terms of the answer, the least supported first, and of the same support as they stand in the text.

    What the question has is left out: the answer was given it, and each of them says it again. The time is that of the texts' length.
    """
    asked = Holder(question)
    holders = [(number, Holder(other)) for number, other in enumerate(others) if other.strip()]
    found = []
    for places in grouped(find(answer)):
        first = places[0]
        if asked.has(first):
            continue
        term = Term(answer[first.start : first.end], first.kind, tuple((each.start, each.end) for each in places))
        has = tuple(number for number, holder in holders if holder.has(first))
        found.append(Support(term, has, 1 + len(holders)))
    return tuple(sorted(found, key=lambda each: each.count))
