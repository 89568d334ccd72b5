"""`AnswerTrace`: which answers follow from which beginning of a thought, and so where the answer was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .agreement import Agreement, Group, compare
from .sample import Sample
from .shares import Shares, leading


@dataclass(frozen=True)
class Boundary:
    """A place between two steps of a thought, and what the model made of the beginning up to there."""

    step: int
    """How many steps were kept: 0 is none of the thought."""
    at: int
    """How many characters of the verbatim thought they are."""
    samples: tuple[Sample, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"step": self.step, "at": self.at, "samples": [sample.to_dict() for sample in self.samples]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Boundary:
        return cls(data["step"], data["at"], tuple(map(Sample.from_dict, data["samples"])))


@dataclass(frozen=True)
class AnswerTrace:
    """The boundaries that were looked at, from the first to the last. What is counted here says what this model goes on to at
    these places, and nothing of why."""

    answer: str
    """The turn's own, without the white space around it."""
    boundaries: tuple[Boundary, ...] = ()

    @cached_property
    def agreement(self) -> Agreement:
        """Which answers agree: member 0 is the turn's own, the others are those of the samples, in the boundaries' order. One
        that was cut off counts as none."""
        return compare([self.answer, *(sample.whole for each in self.boundaries for sample in each.samples)])

    @cached_property
    def groups(self) -> tuple[Group | None, ...]:
        """Answers that agree, those of the turn's own first, then the most frequent; None in the first place where the turn has none."""
        groups = self.agreement.groups
        own = next((group for group in groups if 0 in group.members), None)
        return (own, *(group for group in groups if group is not own))

    @property
    def answers(self) -> tuple[str, ...]:
        """What each of `groups` ends in, as a person reads it; the turn's own is the first."""
        return tuple(group.value if group else "" for group in self.groups)

    @cached_property
    def shares(self) -> tuple[Shares, ...]:
        """For each boundary, how many of its continuations ended in each of `answers`, and how many in none."""
        which = {member: number for number, group in enumerate(self.groups) if group for member in group.members}
        found, member = [], 1
        for boundary in self.boundaries:
            counts, without = [0] * len(self.groups), 0
            for _ in boundary.samples:
                if member in which:
                    counts[which[member]] += 1
                else:
                    without += 1
                member += 1
            found.append(Shares(tuple(counts), without))
        return tuple(found)

    @property
    def counts(self) -> tuple[tuple[int, ...], ...]:
        """`shares`, without those that ended in none."""
        return tuple(shares.counts for shares in self.shares)

    @property
    def tokens(self) -> int:
        """That its continuations took."""
        return sum(sample.tokens for each in self.boundaries for sample in each.samples)

    @cached_property
    def decided(self) -> int | None:
        """After so many steps, and at every later boundary that was looked at, all continuations that came to an answer end in
        the turn's own, and at least half of them came to one. None: not even after the whole thought."""
        earliest = None
        for boundary, shares in reversed(self._seen):
            if shares.counts[0] < shares.answered or 2 * shares.answered < shares.total or not self.groups[0]:
                break
            earliest = boundary.step
        return earliest

    @cached_property
    def turned(self) -> int | None:
        """With this step, counted from 0, the most frequent answer became another one, for the last time. None where it never
        did, and where that is known of several steps together only: `turned_between` says which."""
        between = self.turned_between
        return between[0] if between and between[1] == between[0] + 1 else None

    @cached_property
    def turned_between(self) -> tuple[int, int] | None:
        """Between these two numbers of steps kept it became another one."""
        change = self._change
        return None if change is None else (change[0].step, change[1].step)

    @cached_property
    def _seen(self) -> tuple[tuple[Boundary, Shares], ...]:
        """Those with continuations."""
        return tuple((each, shares) for each, shares in zip(self.boundaries, self.shares, strict=True) if each.samples)

    @cached_property
    def _change(self) -> tuple[Boundary, Boundary, int, int] | None:
        """The last one, between which boundaries, and from which of `answers` to which."""
        found = None
        before: tuple[Boundary, int] | None = None
        for boundary, shares in self._seen:
            now = leading(shares, None if before is None else before[1])
            if now is None:
                continue  # no continuation came to an answer
            if before is not None and now != before[1]:
                found = before[0], boundary, before[1], now
            before = boundary, now
        return found

    @property
    def is_counted(self) -> bool:
        """Whether what is counted here has been."""
        return "shares" in self.__dict__

    def count(self) -> None:
        """Count now, and not where it is first read: to compare formulas takes a second."""
        _ = self.shares

    def __str__(self) -> str:
        if not self._seen:
            return "Nothing has been looked at yet."
        return " ".join(part for part in (self._said_of_decided(), self._said_of_turned()) if part)

    def _said_of_decided(self) -> str:
        own, last = self.groups[0], self.boundaries[-1].step
        if self.decided is None:
            shares = self._seen[-1][1]
            ends = str(own) if own else "end in the turn's answer"
            return f"{shares.counts[0]} of {shares.total} that follow {_place(self._seen[-1][0].step, last)} {ends}."
        some = any(shares.without for boundary, shares in self._seen if boundary.step >= self.decided)
        who = "all that come to an answer" if some else "all that follow"
        where = "From the beginning on" if self.decided == 0 else f"From step {self.decided} of {last} on"
        return f"{where}, {who} {own}."

    def _said_of_turned(self) -> str:
        if self._change is None:
            return ""
        one, other, before, now = self._change
        answers = f"from {self.answers[before]} to {self.answers[now]}"
        if other.step == one.step + 1:
            return f"With step {other.step} most turned {answers}."
        return f"Between steps {one.step + 1} and {other.step} most turned {answers}."

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it. What can be counted again isn't in it."""
        return {"boundaries": [boundary.to_dict() for boundary in self.boundaries]}

    @classmethod
    def from_dict(cls, answer: str, data: Mapping[str, Any]) -> AnswerTrace:
        """The trace of this answer again."""
        return cls(answer, tuple(map(Boundary.from_dict, data["boundaries"])))


def _place(step: int, last: int) -> str:
    if step == last:
        return "the whole thought"
    return "the question alone" if step == 0 else f"step {step} of {last}"
