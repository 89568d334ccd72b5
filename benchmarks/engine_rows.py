"""`Results`, what was measured, and `Row`, a line of the table that is made of it: an aim, the figures, whether it is met."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Values = list[float]


@dataclass
class Results:
    """What was measured: for each subject and measure, a value for each repeat, those of one place taken in one round."""

    values: dict[str, dict[str, Values]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Why a subject wasn't measured, or not to its end."""
    about: dict[str, Any] = field(default_factory=dict)

    def add(self, subject: str, measured: dict[str, Any], prefix: str = "") -> None:
        for name, value in measured.items():
            if isinstance(value, (int, float)):
                self.values.setdefault(subject, {}).setdefault(prefix + name, []).append(value)

    def of(self, subject: str, measure: str) -> Values:
        return self.values.get(subject, {}).get(measure, [])

    def ratios(self, one: str, other: str, measure: str, against: str = "") -> Values:
        """Of two subjects, or of two measures, round by round."""
        return [a / b for a, b in zip(self.of(one, measure), self.of(other, against or measure), strict=False)]

    def middle(self, subject: str, measure: str) -> float | None:
        values = self.of(subject, measure)
        return statistics.median(values) if values else None

    def reason(self, subjects: Sequence[str]) -> str:
        """Why one of them has no values."""
        return next((self.missing[each] for each in subjects if each in self.missing), "that part wasn't run.")


@dataclass(frozen=True)
class Aim:
    limit: float
    at_least: bool = True
    every: bool = False
    """It is meant of every value, and else of the median."""

    def is_met(self, values: Values) -> bool:
        if self.at_least:
            return (min(values) if self.every else statistics.median(values)) >= self.limit
        return (max(values) if self.every else statistics.median(values)) <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


def least(limit: float) -> Aim:
    return Aim(limit)


def most(limit: float, *, every: bool = False) -> Aim:
    return Aim(limit, at_least=False, every=every)


@dataclass
class Row:
    """One line: `values` are of the unit, and so is the aim."""

    name: str
    values: Values
    unit: str
    aim: Aim | None = None
    reason: str = ""
    """Why there are no values."""
    note: str = ""

    @property
    def met(self) -> bool | None:
        return self.aim.is_met(self.values) if self.aim and self.values else None

    def line(self) -> str:
        aim = f"{self.aim} {self.unit}".strip() if self.aim else ""
        if not self.values:
            return f"| {self.name} | {aim} | not measured: {self.reason} | |"
        shown = f"{spread(self.values)} {self.unit}".strip() + (f" ({self.note})" if self.note else "")
        return f"| {self.name} | {aim} | {shown} | {'' if self.met is None else 'met' if self.met else 'missed'} |"

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "aim": str(self.aim) if self.aim else "",
            "values": self.values,
            "unit": self.unit,
            "median": statistics.median(self.values) if self.values else None,
            "met": self.met,
            "reason": self.reason,
            "note": self.note,
        }


def markdown(found: list[Row]) -> str:
    head = "| | aim | least – **median** – most | |", "|---|---|---|---|"
    return "\n".join((*head, *(row.line() for row in found)))


def absolute(results: Results) -> str:
    """The figures that the ratios are of."""
    lines = ["| | | least – **median** – most |", "|---|---|---|"]
    for subject, measures in results.values.items():
        lines += [f"| {subject} | {name} | {spread(values)} |" for name, values in measures.items()]
    return "\n".join(lines)


def spread(values: Values) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{_number(low)} – **{_number(middle)}** – {_number(high)}" if len(values) > 1 else f"**{_number(middle)}**"


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 20 else 2 if abs(value) >= 0.1 else 3
    return f"{value:,.{digits}f}"
