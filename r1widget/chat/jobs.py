"""`Job`: a turn that is to be written. `Line`: the jobs that wait, in order. No thread and no lock; `Generation` has both."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ..conversation.turn import Turn
from ..settings import Settings


@dataclass(eq=False)
class Job:
    turn: Turn
    settings: Settings
    stop: threading.Event = field(default_factory=threading.Event)
    answer_now: threading.Event = field(default_factory=threading.Event)
    think_more: threading.Event = field(default_factory=threading.Event)
    why: str | None = None
    """What a person should know of why it was stopped, where nobody pressed Stop."""
    is_cut_off: bool = False
    """Whether the program's end stopped it, and nobody."""
    context: contextvars.Context = field(default_factory=contextvars.copy_context)
    """That of who asked. A kernel keeps in it which cell an output belongs to; a new thread has none, and on
    ipykernel 7.0 an output from there is a LookupError."""


class Line:
    """Groups of jobs: what was submitted together (a fork) is written together."""

    def __init__(self) -> None:
        self._groups: list[list[Job]] = []

    def __bool__(self) -> bool:
        return bool(self._groups)

    def __iter__(self) -> Iterator[Job]:
        return (job for group in self._groups for job in group)

    def place(self, turn: Turn) -> int | None:
        """The turn's place, from 1; None when it doesn't wait."""
        for place, group in enumerate(self._groups, 1):
            if any(job.turn is turn for job in group):
                return place
        return None

    def behind(self, place: int) -> tuple[Turn, ...]:
        """The turns behind a place."""
        return tuple(job.turn for group in self._groups[place:] for job in group)

    def put(self, jobs: Sequence[Job], place: int | None = None) -> None:
        """At the end, or at a place: then those from there on move back."""
        if jobs:
            self._groups.insert(len(self._groups) if place is None else place - 1, list(jobs))

    def take(self) -> list[Job]:
        """The first group; empty where nobody waits."""
        return self._groups.pop(0) if self._groups else []

    def remove(self, which: Callable[[Job], bool]) -> list[Job]:
        removed = [job for job in self if which(job)]
        kept = ([job for job in group if job not in removed] for group in self._groups)
        self._groups = [group for group in kept if group]
        return removed
