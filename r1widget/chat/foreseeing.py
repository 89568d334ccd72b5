"""`foreseen`: what a check would take, about, before it is made. Measured figures in, or nothing is said."""

from __future__ import annotations

from typing import NamedTuple

from ..engines import Engine
from .plans import TOGETHER, Plan


class Foresight(NamedTuple):
    """What a check would take, about."""

    seconds: float | None
    """None where nobody knows: an engine that doesn't say how fast it writes, or what it costs to write for several at once."""
    tokens: int


def foreseen(plan: Plan, engine: Engine | None) -> Foresight:
    """By the turn's own length, the engine's pace, and how much slower it writes for several at once."""
    tokens = plan.tokens
    if not tokens:
        return Foresight(0.0, 0)
    together = min(TOGETHER, max(1, plan.total - plan.done), plan.k)
    return Foresight(_seconds(engine, tokens, together), tokens)


def _seconds(engine: Engine | None, tokens: int, together: int) -> float | None:
    if engine is None:
        return None
    pace, slowdown = engine.pace, getattr(engine, "slowdown", None)
    factor = slowdown(together) if callable(slowdown) else None
    if pace is None or factor is None or pace.tokens_per_second <= 0:
        return None
    seconds: float = tokens / together * factor / pace.tokens_per_second
    return seconds
