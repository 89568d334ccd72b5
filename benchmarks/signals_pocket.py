"""Word problems whose truth is known, and what the built-in model answers to them at temperature 1, five times each.

They are drawn: problems that training never saw, told by the grammar of stories and in the phrasings of four sets that training never
saw. The model does one in eight of them wrong, mostly by the choice of the sum, and sums without a story hardly ever. So that there is something to
find, each is asked once beforehand, and half of those that are measured are those that went wrong then; that answer isn't looked at again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.signals_samples import CACHE
from benchmarks.signals_steps import Line, wrong_lines
from benchmarks.signals_written import Row, written
from r1widget.check.finding import Finding
from r1widget.check.findings import findings
from r1widget.pocket.evaluate import draw, draw_unseen
from r1widget.pocket.samples import Asked

DATA = "pocket, word problems"
SETTINGS = {"temperature": 1.0, "top_p": 1.0, "max_tokens": 1000}
SEED = 15
ANSWERS = 5
"""To each question: each is looked at with the four others."""
TOGETHER = 30
SETS = ("strangers", "newcomers", "passersby", "wayfarers")


@dataclass(frozen=True)
class Said:
    """One answer, and what is known of it."""

    question: int
    """Which, counted from 0."""
    asked: Asked
    row: Row

    @property
    def answer(self) -> str:
        return str(self.row["answer"])

    @property
    def reasoning(self) -> str:
        return str(self.row["reasoning"])

    @cached_property
    def wrong(self) -> bool:
        return value(self.answer) != self.asked.problem.answer()

    @cached_property
    def wrong_lines(self) -> list[Line]:
        return wrong_lines(self.reasoning, self.asked.problem)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        ends = {name: self.row[name] for name in ("finish_reason", "thinking_ended_by")}
        return findings(self.asked.text, self.reasoning, self.answer, **ends)


def is_wrong(said: Said) -> bool:
    return said.wrong


def by_question(said: Said) -> int:
    return said.question


def value(answer: str) -> int | None:
    """The number in the last box of an answer."""
    found = re.findall(r"\\boxed\{(-?\d+)\}", answer)
    return int(found[-1]) if found else None


def drawn(count: int) -> list[Asked]:
    """A third one-step stories, a third two-step ones, and a third in the phrasings of the sets; in turn, so that the first few are a
    sample of all."""
    third = -(-count // 3)
    one, two = (draw(kind, third, SEED) for kind in ("story-one", "story-two"))
    quarter = -(-third // len(SETS))
    others = [each for row in zip(*(draw_unseen(name, quarter, SEED) for name in SETS), strict=True) for each in row]
    return [each for row in zip(one, two, others, strict=False) for each in row][:count]


def problems(count: int, seconds: float, *, cache: Path = CACHE) -> list[Asked]:
    """Of so many that are drawn, those that go wrong when they are asked once, each with one that doesn't."""
    asked = drawn(count)
    path = cache / "pocket-stories-once.jsonl"
    known = written([each.text for each in asked], 1, path, "pocket", SETTINGS, seconds, together=TOGETHER)
    tried = [(each, Said(0, each, known[each.text][0])) for each in asked if each.text in known]
    wrong = [each for each, said in tried if said.wrong]
    right = [each for each, said in tried if not said.wrong]
    print(f"{len(tried)} word problems asked once: {len(wrong)} wrong", flush=True)
    return [each for pair in zip(wrong, right, strict=False) for each in pair]


def answers(count: int, seconds: float, *, cache: Path = CACHE) -> list[list[Said]]:
    """The five of each question, as far as they are there or can be written in so many seconds."""
    start = time.monotonic()
    asked = problems(count, seconds, cache=cache)
    left = seconds - (time.monotonic() - start)
    path = cache / "pocket-stories-1.jsonl"
    texts = [each.text for each in asked]
    known = written(texts, ANSWERS, path, "pocket", SETTINGS, left, together=TOGETHER, whole=True)
    found = [each for each in asked if each.text in known]
    return [[Said(number, each, row) for row in known[each.text]] for number, each in enumerate(found)]


def every(answers: list[list[Said]]) -> Iterator[Said]:
    return (said for five in answers for said in five)
