r"""`compare`: which of several answers agree. What an answer ends in is `final`'s, what that is worth is `value`'s.

    >>> print(compare(["17 × 24 = 408", r"\boxed{408}", "The answer is 408.", "It is 398."]))
    3 of 4 end in 408

Answers agree when they end in the same: `1/4`, `0.25`, `\frac14` and `25\%` are one value, so are `1,000` and `1000`, `x = 3`
and `3`, `5 million` and `5,000,000`. `5 cm` and `5 m` don't; a bare `5` agrees with either, where the other isn't there. An answer
that ends in no value is compared by its text, without regard to white space, case, emphasis and the punctuation at its end. When in
doubt, answers don't agree; that they do doesn't make them right.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from .final import final, plain
from .formula import verified
from .value import Formula, Text, Value, Worth, as_latex, readable, same, value_of

By = Literal["value", "text"]

SHOWN = 60
"""Characters of a text that say which one it is."""


@dataclass(frozen=True)
class Group:
    """Answers that agree."""

    value: str
    """As the first of them has it, for a person to read: `408`, `1/4`, or the beginning of a text."""
    members: tuple[int, ...]
    """Which answers, counted from 0."""
    by: By = "value"
    """What they have in common: the value that they end in, or their text."""

    def __str__(self) -> str:
        return f"end in {self.value}" if self.by == "value" else "say the same"


@dataclass(frozen=True)
class Agreement:
    """Which of several answers agree."""

    groups: tuple[Group, ...]
    """The largest first; of the same size, the one whose first answer came first."""
    by: By
    """`"value"` where every answer ends in one. Of the others, each group says for itself."""
    total: int
    """Answers that were compared: all but the empty ones."""
    without: tuple[int, ...]
    """Which have no answer."""

    def __str__(self) -> str:
        empty = len(self.without)
        missing = f"{empty} without an answer" if empty else ""
        return ", ".join(part for part in (self._found(), missing) if part)

    def _found(self) -> str:
        if not self.total:
            return "" if self.without else "no answers"
        largest = [group for group in self.groups if len(group.members) == len(self.groups[0].members)]
        size = len(largest[0].members)
        if self.total == 1:
            return "1 answer"
        if size == 1:
            return f"no two of {self.total} agree"
        first, *others = largest
        return f"{size} of {self.total} {first}" + "".join(f", {size} {group}" for group in others)


def compare(answers: Sequence[str]) -> Agreement:
    """Which of the answers agree. From any thread; a formula that takes too long to compare counts as its text."""
    endings = [final(answer) for answer in answers]
    worths = [
        Worth(Text(plain(answer))) if end is None else value_of(end)
        for answer, end in zip(answers, endings, strict=True)
    ]
    equal = _verified([worth.value for worth in worths])
    alike: list[list[int]] = []
    without = []
    for number, answer in enumerate(answers):
        if not answer.strip():
            without.append(number)
            continue
        for members in alike:
            first = members[0]
            if (endings[first] is None) == (endings[number] is None) and same(
                worths[number].value, worths[first].value, equal
            ):
                members.append(number)
                break
        else:
            alike.append([number])
    for said in (lambda number: worths[number].unit, lambda number: worths[number].name):
        alike = [part for members in alike for part in _apart(members, said)]
    found = [
        Group(_shown(answers[members[0]], endings[members[0]]), tuple(members), _by(endings[members[0]]))
        for members in alike
    ]
    groups = sorted(found, key=lambda group: (-len(group.members), group.members))
    all_by_value = bool(groups) and all(group.by == "value" for group in groups)
    return Agreement(tuple(groups), "value" if all_by_value else "text", len(answers) - len(without), tuple(without))


def _apart(members: Sequence[int], said: Callable[[int], str]) -> list[list[int]]:
    """Equal numbers of what is called otherwise (`5 cm` and `5 m`) are not the same. Who calls it nothing agrees with the others,
    where those agree."""
    parts: dict[str, list[int]] = {}
    for number in members:
        parts.setdefault(said(number), []).append(number)
    return [*parts.values()] if len(parts.keys() - {""}) > 1 else [list(members)]


def _by(ending: str | None) -> By:
    return "text" if ending is None else "value"


def _shown(answer: str, ending: str | None) -> str:
    shown = " ".join(answer.split()) if ending is None else readable(ending)
    return shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"


def _verified(values: Sequence[Value]) -> set[frozenset[Value]]:
    """Which of the values that aren't both numbers are the same."""
    known = [value for value in dict.fromkeys(values) if not isinstance(value, Text)]
    pairs = [pair for pair in itertools.combinations(known, 2) if any(isinstance(value, Formula) for value in pair)]
    found = verified([(as_latex(one), as_latex(other)) for one, other in pairs])
    return {frozenset(pairs[number]) for number in found}
