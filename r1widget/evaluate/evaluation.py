"""`Evaluation`: what came of a set of questions. Values and figures; the table of them is table.py's."""

from __future__ import annotations

import math
import os
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..check.agreement import compare
from ..conversation import Conversation
from .frame import to_frame
from .intervals import Share, share
from .published import Published, published
from .questions import Question, Questions
from .sample import Sample
from .table import table
from .writing import save
from .wrong import wrong_turns


@dataclass(frozen=True)
class Evaluation:
    """What came of a set of questions that a model was asked, `k` times each.

    In a notebook it shows its table; `.wrong` are the answers that aren't right, `.save(folder)` writes all of it.
    """

    questions: Questions
    asked: int
    """How many questions of the set were to be asked: the first so many."""
    k: int
    model: str
    settings: Mapping[str, Any]
    """How the turns were sampled; the seed is the first one's."""
    prompt: str
    samples: tuple[Sample, ...]
    """The answers, in the questions' order."""
    unread: tuple[int, ...] = ()
    """Numbers of the questions whose right answer can't be read: they are in no figure of what is right."""
    failed: int = 0
    """Turns that ended with an error. They are asked again when the evaluation is run again."""
    error: str = ""
    """Why it ended early, where it did."""
    was_interrupted: bool = False
    folder: Path | None = None
    """Where it is kept."""

    # ---- what is right

    @cached_property
    def pass_at_1(self) -> Share | None:
        """The share of answers that are right: for each question of its answers, and of that the mean over questions."""
        each = [[bool(sample.grade.right) for sample in samples] for samples in self._graded.values()]
        return share([sum(right) / len(right) for right in each])

    @cached_property
    def cons(self) -> Share | None:
        """The share of questions to which the answer that most of the `k` end in is right, of those that were asked `k` times.
        Where as many end in another one, the one that came first counts."""
        return share([float(self._most(samples)) for samples in self._graded.values() if len(samples) == self.k])

    def _most(self, samples: Sequence[Sample]) -> bool:
        """Whether the answer that most end in is right. Those agree that were read as the same value."""
        read = [sample.grade.read for sample in samples]
        groups = compare([f"\\boxed{{{each}}}" if each else "" for each in read]).groups
        return bool(groups) and bool(samples[groups[0].members[0]].grade.right)

    @cached_property
    def _graded(self) -> dict[int, list[Sample]]:
        found: dict[int, list[Sample]] = defaultdict(list)
        for sample in self.samples:
            if sample.grade.right is not None:
                found[sample.question].append(sample)
        return dict(found)

    @property
    def wrong(self) -> tuple[Sample, ...]:
        """The answers that aren't right."""
        return tuple(sample for sample in self.samples if sample.grade.right is False)

    @property
    def conversation(self) -> Conversation:
        """The wrong answers as a conversation: a question after the other, its wrong answers as versions, and what is right
        in a note at each."""
        return wrong_turns(self.questions, self.samples)

    # ---- how long, and how it ended

    @property
    def is_complete(self) -> bool:
        return len(self.samples) == self.total

    @property
    def total(self) -> int:
        """Answers that were to be there."""
        return self.asked * self.k

    @property
    def reasoning_tokens(self) -> float | None:
        """Tokens of a thought, in the mean."""
        return self._mean([sample.tokens("reasoning") for sample in self.samples])

    @property
    def answer_tokens(self) -> float | None:
        """Tokens of an answer without its thought, in the mean."""
        return self._mean([sample.tokens("answer") for sample in self.samples])

    @property
    def turn_seconds(self) -> float | None:
        """Seconds of a turn, beside the others, in the mean."""
        return self._mean([each for sample in self.samples if (each := sample.turn_seconds) is not None])

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return math.fsum(sample.seconds for sample in self.samples)

    @property
    def tokens_per_second(self) -> float | None:
        """Of all turns together."""
        tokens = sum(sample.tokens("reasoning", "answer") for sample in self.samples)
        return tokens / self.seconds if self.seconds > 0 and tokens else None

    @property
    def looped(self) -> int:
        """Answers in which the model repeated itself without end."""
        return sum(sample.loops for sample in self.samples)

    @property
    def cut(self) -> int:
        """Answers that were cut off at `max_tokens`, or at the end of the context."""
        return sum(sample.is_cut for sample in self.samples)

    @property
    def unboxed(self) -> int:
        """Answers without a `\\boxed{}`."""
        return sum(not sample.is_boxed for sample in self.samples)

    @property
    def late(self) -> int:
        """Answers that took too long to compare; they count as wrong."""
        return sum(sample.grade.late for sample in self.samples)

    @property
    def published(self) -> Published | None:
        """What others have published of this set."""
        return published(self.questions.repo, self.model)

    @staticmethod
    def _mean(values: Sequence[float]) -> float | None:
        return statistics.fmean(values) if values else None

    # ---- as text, table and files

    @property
    def figures(self) -> dict[str, Any]:
        """All figures as plain values, for JSON."""
        shares = {"pass_at_1": self.pass_at_1, f"cons_at_{self.k}": self.cons}
        return {
            "questions": self.questions.name,
            "model": self.model,
            "k": self.k,
            "answers": len(self.samples),
            "of": self.total,
            **{
                name: None if each is None else {"value": each.value, "low": each.low, "high": each.high, "of": each.of}
                for name, each in shares.items()
            },
            "reasoning_tokens": self.reasoning_tokens,
            "answer_tokens": self.answer_tokens,
            "turn_seconds": self.turn_seconds,
            "seconds": self.seconds,
            "tokens_per_second": self.tokens_per_second,
            "looped": self.looped,
            "cut": self.cut,
            "unboxed": self.unboxed,
            "late": self.late,
            "failed": self.failed,
            "unread": list(self.unread),
        }

    def table(self) -> str:
        """The figures as a table of Markdown, and what a reader must know of them."""
        return table(self)

    def to_frame(self, library: str | None = None) -> Any:
        """A row for each answer, as `pandas`, `polars` or `arrow` has it, or as `rows`: dictionaries."""
        return to_frame(self, library)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write into a folder: `table.md`, `figures.json`, `answers.csv`, and of the wrong answers `wrong.ipynb` and `wrong.md`."""
        return save(self, folder)

    def question(self, sample: Sample) -> Question:
        """What the sample answers."""
        return self.questions.all[sample.question]

    def _repr_markdown_(self) -> str:
        return self.table()

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<Evaluation {self.questions.name}, {self.model}: {len(self.samples)} of {self.total} answers>"
