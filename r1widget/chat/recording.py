"""`Recorder`: how a turn came about, kept while it is written: settings, seed, counts, notes, loop, times, and its outcome.

What becomes of the text isn't here (`writing.py`).
"""

from __future__ import annotations

import copy
import platform
from dataclasses import asdict, replace
from typing import Any

from .._version import __version__
from ..conversation.estimate import Limits
from ..conversation.turn import ENDED_BY, FinishReason, Origin, ThinkingEnd, Turn, clean
from ..engines import Delta, Engine, Prompt
from ..errors import EngineError
from ..reasoning import KINDS, Kind
from ..reasoning.loops import LoopDetector
from ..settings import Settings
from .progress import ProgressTracker
from .timing import Timing

_CUT_OFF_BY: dict[FinishReason, ThinkingEnd | None] = {
    "stop": "model",
    "length": "length",
    "cancelled": "user",
    "error": None,
}


class Recorder:
    """The record of one turn, from when its writing begins until it is settled; whoever follows the text tells it."""

    def __init__(self, turn: Turn, engine: Engine, settings: Settings) -> None:
        about = _about(engine)
        self.starts: dict[Kind, int] = {kind: len(turn.text(kind)) for kind in KINDS}
        """Characters that were there before the model began."""
        self.ended_by_loop = False  # the answer; a thought's end is in `_closed_by`
        self._turn = turn
        self._closed_by: Origin | None = None
        self._loops: dict[Kind, LoopDetector] = {kind: LoopDetector() for kind in KINDS}
        self._tokens = {"prompt": 0, "reasoning": 0, "answer": 0}
        self._timing = Timing()
        turn.started = self._timing.started
        limits = Limits(max_tokens=settings.max_tokens, thinking_budget=settings.thinking_budget)
        self._tracker = ProgressTracker(turn, engine, limits, self._timing)
        turn.state = "running"
        turn.record = {
            **turn.record,
            **about,
            "settings": settings.to_dict(),
            "seed": settings.seed,
            **({} if turn.begins is None else {"begins": self._beginning(turn)}),
            "tokens": self._tokens,
            "seconds": {},
            "versions": {"r1widget": __version__, "python": platform.python_version(), **about.get("versions", {})},
        }

    # ---- while it is written

    def hear(self, delta: Delta) -> bool:
        """What a delta says beside text; whether it is to be told now."""
        if delta.prompt is not None:
            self._prompted(delta.prompt)
        if delta.prompt_tokens is not None:
            self._read(*delta.prompt_tokens)
        if delta.note:
            self._note(delta.note)
        return self._tracker.hear(delta)

    def wrote(self, tokens: int, origin: Origin) -> None:
        """A piece of text has come; of which kind it is isn't known yet."""
        self._timing.wrote(tokens if origin == "model" else 0)

    def told_of(self, tokens: int) -> None:
        """There were more tokens than the pieces said."""
        self._timing.told_of(tokens)

    def count(self, name: str, tokens: int, origin: Origin = "model") -> None:
        """Of tokens that the model didn't choose, only how many there are."""
        name = name if origin == "model" else "others"
        self._tokens = self._turn.record["tokens"] = {**self._tokens, name: self._tokens.get(name, 0) + tokens}

    def thinking_begins(self) -> None:
        """Once more, perhaps: then who ended the last one counts, and the time of all of them."""
        self._closed_by = None
        self._timing.thinks_again()

    def thinking_ends(self, origin: Origin) -> None:
        """By whom, where it isn't cut off."""
        self._closed_by = origin
        self._timing.has_reasoning(self._timing.elapsed)

    def mark(self, at: int) -> None:
        """The thought has grown to `at` characters."""
        self._turn.timeline.add(at, self._tokens["reasoning"], self._timing.elapsed)

    def repeats(self, kind: Kind, text: str) -> bool:
        """Whether with this text it has begun to repeat itself, or has left off: `turn.loop` says which."""
        if not self._loops[kind].feed(text):
            return False
        loop = self._loops[kind].loop
        self._turn.loop = None if loop is None else (kind, replace(loop, since=self.starts[kind] + loop.since))
        return True

    def _beginning(self, turn: Turn) -> dict[str, Any]:
        """What was there before the model began: in which part it went on, behind how many characters of each, the first of
        which it was given as so many ids."""
        return {"part": turn.begins, "ids": len(turn.ids), **{str(kind): at for kind, at in self.starts.items()}}

    def _prompted(self, prompt: Prompt) -> None:
        record = self._turn.record
        record["seed"] = prompt.seed
        if prompt.settings is not None:
            record["settings"] = dict(prompt.settings)
        elif prompt.seed is not None:
            record["settings"] = {**record["settings"], "seed": prompt.seed}
        self.count("prompt", prompt.tokens or 0)

    def _read(self, prompt: int, reused: int | None) -> None:
        self.count("prompt", prompt - self._tokens["prompt"])
        if reused is not None:
            self.count("reused", reused - self._tokens.get("reused", 0))

    def _note(self, sentence: str) -> None:
        """Something to be told beside the text, once."""
        notes = self._turn.record.get("notes", [])
        if (sentence := clean(sentence)) not in notes:
            self._turn.record["notes"] = [*notes, sentence]

    # ---- at the end

    def settle(self, finish: FinishReason, error: str | None) -> None:
        """Complete the record, and end the turn."""
        turn, timing, total = self._turn, self._timing, self._timing.elapsed
        self.ended_by_loop &= finish == "cancelled"
        if self.ended_by_loop:
            finish = "stop"  # nobody cancelled it: a rule of the settings ended it, as a stop sequence does
        thought = bool(turn.reasoning)
        ended_by: ThinkingEnd | None = None
        if turn.begins == "answer":
            ended_by = turn.thinking_ended_by
        elif thought and self._closed_by is not None:
            ended_by = ENDED_BY[self._closed_by]
        elif thought:  # cut off in the thought
            timing.has_reasoning(total)
            ended_by = _CUT_OFF_BY[finish]
        seconds: dict[str, Any] = {"total": total, "first_token": timing.first_token}
        if thought and timing.thinking is not None:
            seconds["thinking"] = timing.thinking
        measured: dict[str, Any] = {}
        if pace := timing.tokens_per_second:
            measured["tokens_per_second"] = round(pace, 2)
        if scores := turn.scores.summary():
            measured["scores"] = scores
        turn.record = {
            **turn.record,
            "tokens": dict(self._tokens),
            "seconds": {name: round(value, 3) for name, value in seconds.items() if value is not None},
            **measured,
            **({"loop": self._loop()} if turn.loop else {}),
            "finish_reason": finish,
            "thinking_ended_by": ended_by,
            "written_by_others": sorted({span.origin for span in turn.spans} - {"model"}),
        }
        turn.progress = None
        turn.end(finish, thinking_ended_by=ended_by, error=error)

    def _loop(self) -> dict[str, Any]:
        assert self._turn.loop is not None
        kind, loop = self._turn.loop
        ended = self.ended_by_loop if kind == "answer" else self._closed_by == "loop"
        return {"kind": kind, **asdict(loop), **({"ended": True} if ended else {})}


def _about(engine: Engine) -> dict[str, Any]:
    """What the engine says of itself, as ours: neither it nor the record changes when the other does."""
    try:
        return copy.deepcopy(dict(engine.describe()))
    except Exception as problem:
        raise EngineError(
            f"The engine doesn't say what it is ({type(problem).__name__}: {problem}).",
            "It needs a method describe() that gives a dictionary.",
        ) from problem
