"""What a picture of a turn shows, as numbers: `pace`, `stretches`, `looks_back`. Standard library only; nothing is drawn here."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from ...conversation.scores import TokenScore
from ...conversation.timeline import Timeline, steps_of
from ...conversation.token_places import steps_at
from ...conversation.turn import Turn
from ...reasoning import Kind
from ...reasoning.cues import StepKind
from ...reasoning.steps import Step
from .axis import Axis

SHORTEST, MOST = 0.1, 60
"""Seconds over which a pace is told at least, for below that it is the machine's noise; and how many of them at most."""


class Pace(NamedTuple):
    start: float
    end: float
    tokens_per_second: float


class Stretch(NamedTuple):
    """A step of the thought, or of the answer, which is cut in the same way; several, where there are many."""

    kind: Kind
    start: float
    end: float
    mean: float
    """Of its tokens' probabilities."""
    lowest: tuple[float, float]
    """Where the least probable token stands, and its probability."""
    steps: int
    """How many it is of."""


class Part(NamedTuple):
    """A step, by its surface."""

    kind: StepKind
    start: float
    end: float


def pace(turn: Turn, axis: Axis) -> list[Pace]:
    """How fast the thought was written, from mark to mark; a rest that is too short belongs to the last."""
    marks = turn.timeline.marks
    if len(marks) < 2:
        return []
    long = max(SHORTEST, (marks[-1].seconds - marks[0].seconds) / MOST)
    kept = [marks[0]]
    for mark in marks[1:]:
        if mark.seconds - kept[-1].seconds >= long and axis.thought(mark.at) > axis.thought(kept[-1].at):
            kept.append(mark)
    if len(kept) > 1 and marks[-1] >= kept[-1] and marks[-1].seconds >= kept[-1].seconds:  # a file may say anything
        kept[-1] = marks[-1]
    return [
        Pace(axis.thought(one.at), axis.thought(two.at), (two.tokens - one.tokens) / (two.seconds - one.seconds))
        for one, two in pairwise(kept)
    ]


def stretches(turn: Turn, scores: Sequence[TokenScore]) -> list[Stretch]:
    """What the model made of its tokens, step by step; of many steps, so many together that there are about `MOST`."""
    steps: dict[Kind, tuple[Step, ...]] = {
        "reasoning": turn.steps,
        "answer": steps_of(turn.text("answer"), Timeline()),
    }
    together = max(1, math.ceil(sum(map(len, steps.values())) / MOST))
    numbers = {kind: steps_at(turn.text(kind), steps[kind], [score.end for score in scores]) for kind in steps}
    which = [(score.kind, (numbers[score.kind][index] or 0) // together) for index, score in enumerate(scores)]
    probabilities = [math.exp(min(0.0, score.logprob)) for score in scores]
    found = []
    for (kind, _), each in groupby(range(len(scores)), which.__getitem__):
        indices = list(each)
        lowest = min(indices, key=probabilities.__getitem__)
        mean = statistics.fmean(probabilities[index] for index in indices)
        found.append(Stretch(kind, indices[0], indices[-1] + 1, mean, (lowest + 0.5, probabilities[lowest]), together))
    return found


def parts(turn: Turn, axis: Axis) -> list[Part]:
    """The steps that were written here. What was there before has its place in the turn it is from."""
    text = turn.text("reasoning")
    leading = len(text) - len(text.lstrip())
    places = [(step.kind, axis.thought(leading + step.start), axis.thought(leading + step.end)) for step in turn.steps]
    return [Part(kind, start, end) for kind, start, end in places if end > start]
