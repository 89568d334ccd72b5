"""`foreseen`: what a check would take, about, before it is made. Measured figures in, or nothing is said."""

from __future__ import annotations

from typing import NamedTuple

from ..engines import Engine
from .plans import TOGETHER, Plan


class Foresight(NamedTuple):
    """What a check would take, about."""

    seconds: float | None
    """None where nobody knows: an engine that doesn't say what it takes to write for several at once."""
    tokens: int


def foreseen(plan: Plan, engine: Engine | None) -> Foresight:
    """By the turn's own length, and what a token takes where several are written at once."""
    tokens = plan.tokens
    if not tokens:
        return Foresight(0.0, 0)
    together = min(TOGETHER, max(1, plan.total - plan.done), plan.k)
    return Foresight(_seconds(engine, tokens, together), tokens)


def _seconds(engine: Engine | None, tokens: int, together: int) -> float | None:
    measured = getattr(engine, "seconds_a_token", None)
    each = measured(together) if callable(measured) else None
    return None if each is None else tokens / together * float(each)
