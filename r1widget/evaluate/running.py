"""`evaluate`: ask a set of questions, each several times, and grade what comes. The conversation of the chat isn't touched."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._version import __version__
from ..conversation.turn import Turn
from ..engines.registry import Shared
from ..errors import EngineError, SettingsError
from ..number import whole
from ..settings import Settings
from .evaluation import Evaluation
from .folder import FORMAT, Folder
from .grading import Grader
from .lanes import Lanes
from .progress import LEAST, Show, Standing, shower
from .questions import Question, Questions
from .sample import Sample

PROMPT = r"Please reason step by step, and put your final answer within \boxed{}."
"""DeepSeek's advice for mathematics (github.com/deepseek-ai/DeepSeek-R1, "Usage Recommendations")."""
AT_ONCE = 8
"""Turns that are written at once: a local model has 16 places, and a person's own chats are to have some."""
FAILURES = 3
"""Turns in a row that may fail."""
SHOWN = 0.5
"""Seconds between two looks of a person at how far it is, where nothing has ended."""
STRIDE = 1 << 20
"""Between the seeds of two answers to a question; so more questions, or more answers to each, change no seed of the others."""


def evaluate(
    questions: Questions,
    source: Shared,
    model: str,
    settings: Settings,
    *,
    k: int = 4,
    limit: int | None = None,
    out: Path | None = None,
    progress: bool | Show = True,
    prompt: str = PROMPT,
    at_once: int = AT_ONCE,
) -> Evaluation:
    """Blocks until all is answered. An interrupt ends it, and what is there is given back. What was answered before, in the folder
    `out`, isn't asked again."""
    k, at_once = _count("k", k), _count("at_once", at_once)
    asked = len(questions.all) if limit is None else min(len(questions.all), _count("limit", limit))
    folder = None if out is None else Folder(out)
    run: dict[str, Any] = {
        "format": FORMAT,
        "questions": {"name": questions.name, "count": len(questions.all), "fingerprint": questions.fingerprint},
        "model": {"name": model},
        "prompt": prompt,
        "settings": {name: value for name, value in settings.to_dict().items() if name != "seed"},
        "seed": settings.seed,
        "k": k,
        "limit": limit,
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "r1widget": __version__,
    }
    there = _opened(folder, run)
    seed = run["seed"] if folder is None else folder.run["seed"]
    found = {key: sample for key, sample in there.items() if key[0] < asked and key[1] < k}
    running = _Run(questions, folder, prompt, settings, seed, found, asked * k)
    with Grader(questions) as grader:
        unread = tuple(number for number in grader.unread() if number < asked)
        running.write(source, grader, _missing(questions, found, asked, k), at_once, progress)
    samples = tuple(found[key] for key in sorted(found))
    used = {**settings.to_dict(), "seed": seed}
    done = Evaluation(
        questions,
        asked,
        k,
        model,
        used,
        prompt,
        samples,
        unread,
        running.failed,
        running.said(out),
        running.was_interrupted,
        out,
    )
    if out is not None:
        done.save(out)
    return done


def _opened(folder: Folder | None, run: dict[str, Any]) -> dict[tuple[int, int], Sample]:
    """What was answered before. A seed is drawn where none is given, and kept."""
    there: dict[tuple[int, int], Sample] = {}
    for sample in folder.open(run) if folder is not None else ():
        there.setdefault((sample.question, sample.number), sample)
    kept = run if folder is None else folder.run
    if kept["seed"] is None:
        run["seed"] = secrets.randbelow(2**40)
        if folder is not None:
            folder.keep({"seed": run["seed"]})
    return there


def _missing(
    questions: Questions, found: dict[tuple[int, int], Sample], asked: int, k: int
) -> Iterator[tuple[tuple[int, int], Question]]:
    """Question after question, so that an evaluation that is ended early has whole ones, and a prompt is read once."""
    for number, question in enumerate(questions.all[:asked]):
        for sample in range(k):
            if (number, sample) not in found:
                yield (number, sample), question


class _Run:
    """One go at it."""

    def __init__(
        self,
        questions: Questions,
        folder: Folder | None,
        prompt: str,
        settings: Settings,
        seed: int,
        found: dict[tuple[int, int], Sample],
        total: int,
    ) -> None:
        self._questions, self._folder, self._prompt, self._settings = questions, folder, prompt, settings
        self._seed, self._found, self._total = seed, found, total
        self.failed = 0
        self._in_a_row = 0
        self._why = ""
        self.was_interrupted = False
        self._is_known = folder is None
        """Whether it is the model that wrote what is there."""
        self._tokens = 0
        self._before: float | None = None
        self._began: float | None = None
        self._due = 0.0
        self._right = self._graded = 0
        for sample in found.values():
            self._count(sample)
        self._there = len(found)
        """Answers that were there before."""

    def said(self, out: Path | None) -> str:
        """Why it ended early, and how it goes on; nothing where it didn't."""
        why = "Interrupted." if self.was_interrupted else self._why
        if not why:
            return ""
        return f"{why} Run it again with the same folder, and it goes on." if out is not None else why

    def write(
        self,
        source: Shared,
        grader: Grader,
        missing: Iterator[tuple[tuple[int, int], Question]],
        at_once: int,
        progress: bool | Show,
    ) -> None:
        show, end = shower(progress)
        lanes = Lanes(source, at_once)
        try:
            self._show(show, lanes)
            for ended in lanes.write(self._asked(missing)):
                self._look(lanes)
                if ended is not None:
                    self._take(*ended, grader)
                if ended is not None or time.monotonic() >= self._due:
                    self._show(show, lanes)
                if self._why:
                    break
        except KeyboardInterrupt:
            self.was_interrupted = True
        finally:
            lanes.stop()
            end()

    def _asked(
        self, missing: Iterator[tuple[tuple[int, int], Question]]
    ) -> Iterator[tuple[tuple[int, int], Turn, Settings]]:
        for key, question in missing:
            text = f"{question.text}\n{self._prompt}" if self._prompt else question.text
            seed = (self._seed + key[0] + STRIDE * key[1]) % 2**63
            yield key, Turn(text), self._settings.replace({"seed": seed})

    def _look(self, lanes: Lanes) -> None:
        """At the first turn that is begun: when that was, and whether the model is the one of before."""
        for turn in lanes.running:
            if self._before is None and turn.started is not None:
                self._began = self._before = turn.started
            if not self._is_known and turn.record.get("model"):
                self._check(turn)

    def _check(self, turn: Turn) -> None:
        assert self._folder is not None
        self._folder.is_model(turn.record)
        self._is_known = True

    def _take(self, key: tuple[int, int], turn: Turn, grader: Grader) -> None:
        """One that has ended: it is graded and kept, unless it failed or was stopped."""
        if turn.finish_reason == "cancelled":
            self._why = turn.error or "It was stopped."
            return
        if turn.finish_reason == "error":
            self.failed += 1
            self._in_a_row += 1
            if self._in_a_row >= FAILURES:
                if not self._found:
                    raise EngineError(turn.error or "The model failed.", "")
                self._why = f"The last {FAILURES} turns failed: {turn.error}"
            return
        if not self._is_known:
            self._check(turn)
        self._in_a_row = 0
        now = time.monotonic()
        since = self._before if self._before is not None else turn.started if turn.started is not None else now
        self._began = since if self._began is None else self._began
        self._before = now
        sample = Sample(*key, turn, grader.grade(key[0], turn.answer), now - since)
        self._tokens += sample.tokens("reasoning", "answer")
        self._found[key] = sample
        self._count(sample)
        if self._folder is not None:
            self._folder.add(sample)

    def _count(self, sample: Sample) -> None:
        if sample.grade.right is not None:
            self._graded += 1
            self._right += sample.grade.right

    def _show(self, show: Show, lanes: Lanes) -> None:
        done, now = len(self._found), time.monotonic()
        self._due = now + SHOWN
        passed = now - self._began if self._began is not None else 0.0
        here = done - self._there
        left = passed / here * (self._total - done) if here >= LEAST else None
        show(
            Standing(
                done,
                self._total,
                self._right / self._graded if self._graded else None,
                self._tokens / passed if passed > 1 and self._tokens else None,
                left,
                lanes.heard.loading_text,
            )
        )


def _count(name: str, value: Any) -> int:
    value = whole(value)
    if type(value) is not int or value < 1:
        raise SettingsError(f"{name}={value!r} can't be.", "Give a whole number from 1 up.")
    return value
