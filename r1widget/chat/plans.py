"""`AskingAgain`, `Tracing`: what is to be written for a check, and what becomes of it. No thread: `Search` has one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from ..check.answer_trace import AnswerTrace, Boundary
from ..check.asked_again import Check
from ..check.sample import Sample
from ..check.shares import next_step
from ..conversation.checked import Looking
from ..conversation.edits import end_of, reasoning_cut
from ..conversation.turn import Turn
from ..settings import Settings
from .length import rest_of, whole, written
from .varied import seeds

TOGETHER = 4
"""Samples of one check that are written at the same time. More make each slower, and a question that is asked meanwhile."""
TURNS = 4
"""How many times as long as the turn itself a trace may be, for each continuation at a boundary. Four that are written together
take about twice the time of one, so eight boundaries, of which the mean leaves half of the turn to write, take that of eight turns."""
LEAST = 256
"""Tokens that a continuation has at least before it is cut off."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """A turn by itself that is to be written."""

    turn: Turn
    settings: Settings
    tokens: int
    """It may take so many, about."""
    place: int = 0
    """The boundary's step, of a trace."""
    at: int = 0
    """Characters of the thought that were there."""


class Plan(Protocol):
    """Asked by one thread."""

    what: Looking
    turn: Turn
    k: int
    settings: Settings

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int:
        """How many samples there will be, about."""

    @property
    def tokens(self) -> int:
        """What is yet to be written, about."""

    def next(self) -> list[Wanted]:
        """What is to be written together; empty: that is all."""

    def take(self, made: Wanted) -> None:
        """One of it is there: the turn has it."""

    def widen(self, other: Plan) -> None:
        """As much as another one, of the same turn, if that is more."""


class AskingAgain:
    """The same question, until there are `k` other answers."""

    what: Looking = "check"

    def __init__(self, turn: Turn, k: int, settings: Settings) -> None:
        self.turn, self.k, self.settings = turn, k, settings
        self._length = min(whole(turn), settings.max_tokens)

    @property
    def value(self) -> Check:
        return self.turn.check or Check(self.turn.answer, question=self.turn.question)

    @property
    def done(self) -> int:
        return len(self.value.samples)

    @property
    def total(self) -> int:
        return max(self.k, self.done)

    @property
    def tokens(self) -> int:
        return max(0, self.k - self.done) * self._expected

    @property
    def _expected(self) -> int:
        """The mean of the answers that there are."""
        lengths = [self._length, *(sample.tokens for sample in self.value.samples)]
        return sum(lengths) // len(lengths)

    def widen(self, other: Plan) -> None:
        self.k = max(self.k, other.k)

    def next(self) -> list[Wanted]:
        drawn = seeds(self.settings, "again", {sample.seed for sample in self.value.samples})
        count = min(TOGETHER, self.k - self.done)
        return [
            Wanted(Turn(self.turn.question, parent=self.turn.parent), _with(self.settings, seed), self._expected)
            for seed in islice(drawn, max(0, count))
        ]

    def take(self, made: Wanted) -> None:
        value = self.value
        value = replace(value, samples=(*value.samples, _sample(made)))
        value.count()
        self.turn.check = value


class Tracing:
    """Boundaries between steps of the thought, with `k` continuations each: both ends, and then always the middle of the stretch
    whose ends differ most, until that is one step, nothing differs, or `budget` tokens are spent, those that there are among them."""

    what: Looking = "trace_answer"

    def __init__(self, turn: Turn, k: int, settings: Settings, budget: int | None = None) -> None:
        self.turn, self.k, self.settings = turn, k, settings
        self._length = whole(turn)
        self.budget = TURNS * k * self._length if budget is None else budget
        self._steps = len(turn.steps)

    @property
    def value(self) -> AnswerTrace:
        if self.turn.answer_trace is not None:
            return self.turn.answer_trace
        ends = (Boundary(0, 0), Boundary(self._steps, end_of(self.turn, -1)))
        return AnswerTrace(self.turn.answer, ends)

    @property
    def done(self) -> int:
        return sum(len(each.samples) for each in self.value.boundaries)

    @property
    def total(self) -> int:
        """Both ends, and the way from one to a single step; but no more than the budget allows."""
        if self._lacking() is None:
            return self.done
        path = self.k * (2 + max(0, self._steps - 1).bit_length())
        return max(self.done, min(path, self._affordable))

    @property
    def tokens(self) -> int:
        """By what those that there are took, or else half a turn each."""
        return max(0, self.total - self.done) * self._mean

    @property
    def _mean(self) -> int:
        return self.value.tokens // self.done if self.done else max(1, self._length // 2)

    @property
    def _affordable(self) -> int:
        left = max(0, self.budget - self.value.tokens)
        return self.done + -(-left // max(1, self._mean))

    def widen(self, other: Plan) -> None:
        self.k = max(self.k, other.k)
        if isinstance(other, Tracing):
            self.budget = max(self.budget, other.budget)

    def _lacking(self) -> Boundary | None:
        """Where there is something to be written, and the budget has room for it."""
        value = self.value
        lacking = next((each for each in value.boundaries if len(each.samples) < self.k), None)
        if lacking is None:
            pairs = zip(value.boundaries, value.shares, strict=True)
            step = next_step([(boundary.step, shares) for boundary, shares in pairs])
            if step is None:
                return None
            lacking = Boundary(step, end_of(self.turn, step - 1))
        cost = (self.k - len(lacking.samples)) * rest_of(self.turn, lacking.at)
        return lacking if value.tokens + cost <= self.budget or not self.done else None

    def next(self) -> list[Wanted]:
        lacking = self._lacking()
        if lacking is None:
            return []
        missing, rest = self.k - len(lacking.samples), rest_of(self.turn, lacking.at)
        drawn = seeds(self.settings, f"behind {lacking.step}", {sample.seed for sample in lacking.samples})
        return [self._wanted(lacking, rest, seed) for seed in islice(drawn, min(TOGETHER, missing))]

    def _wanted(self, boundary: Boundary, rest: int, seed: int | None) -> Wanted:
        """A continuation, with what the turn's limits leave it: what stands before it counts, as it did then."""
        made = reasoning_cut(self.turn, boundary.at)
        before = max(0, self._length - rest)
        most = max(1, min(self.settings.max_tokens, max(2 * self._length, before + LEAST)) - before)
        budget = self.settings.thinking_budget
        changes = {"max_tokens": most, "thinking_budget": None if budget is None else max(0, budget - before)}
        return Wanted(
            made,
            _with(self.settings.replace(changes), seed),
            min(rest, most),
            boundary.step,
            len(made.text("reasoning")),
        )

    def take(self, made: Wanted) -> None:
        value = self.value
        boundaries = {each.step: each for each in value.boundaries}
        known = boundaries.get(made.place) or Boundary(made.place, made.at)
        boundaries[made.place] = replace(known, samples=(*known.samples, _sample(made)))
        value = replace(value, boundaries=tuple(boundaries[step] for step in sorted(boundaries)))
        value.count()
        self.turn.answer_trace = value


def _with(settings: Settings, seed: int | None) -> Settings:
    return settings.replace({"seed": seed})


def _sample(made: Wanted) -> Sample:
    turn = made.turn
    return Sample(
        answer=turn.answer,
        reasoning=turn.text("reasoning")[made.at :].strip(),
        finish_reason=turn.finish_reason or "stop",
        thinking_ended_by=turn.thinking_ended_by,
        tokens=written(turn),
        seed=turn.record.get("seed"),
    )
