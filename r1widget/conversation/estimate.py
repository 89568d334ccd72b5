"""What can honestly be said of the time that a turn will take. Values in, sentences out: no clock, no engine.

js/src/state/estimate.ts and js/src/texts/en.ts say the same; tests/wire/estimates.json holds both to it.

How long a thought will be, nobody knows before it ends. So there is a time *to the budget* where there is one, and
otherwise only the most that it can take.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeGuard

LONG_READING = 2.0
"""Seconds of reading from which they are said. What is over sooner is over before it is read."""
LONG_BOUND = 60.0
"""Seconds from which "at most" is said. That a thought can't take more than a few seconds is no news."""
LONG_THOUGHT = 180.0
"""Seconds of thinking from which a person is warned. Three minutes is when one would rather have gone for coffee."""
USUAL_THOUGHT = 2000
"""Tokens of a thought that are to be expected where there is no budget. R1's 1.5B distill takes 2,000 to 6,000 on school
mathematics, so below 11 tokens/s (2,000 in three minutes) the low end of what is usual is a long wait already."""

_STEPS = ((10, 1), (60, 5), (20 * 60, 60), (3600, 300), (10 * 3600, 600), (48 * 3600, 3600), (math.inf, 86400))
"""As people say it: up to so many seconds, in steps of so many."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where a turn ends at the latest, in tokens."""

    max_tokens: int
    """Of thought and answer together."""
    thinking_budget: int | None = None

    @property
    def thought(self) -> int:
        """The longest thought that there can be."""
        return self.max_tokens if self.thinking_budget is None else min(self.thinking_budget, self.max_tokens)


@dataclass(frozen=True, kw_only=True)
class TurnProgress:
    """What is known of a turn while it runs, beside its text. Replaced as a whole, so any thread reads one moment's."""

    limits: Limits
    waiting: int | None = None
    """How many other chats the engine writes for first. None: it has begun, or doesn't say."""
    reading: tuple[int, int] | None = None
    """How many tokens of the prompt have been read, of how many. None: over, or not said."""
    tokens_per_second: float | None = None
    """Of writing: the engine's figure where it has one, else this turn's own. None: not known yet."""
    prompt_tokens_per_second: float | None = None
    """Of reading, likewise."""


def about(seconds: float) -> str:
    """`"about 8 s"`, `"about 20 s"`, `"about 2 min"`, `"about 1 h 10 min"`: rounded as a person would."""
    return f"about {_spelled(_rounded(seconds, lambda steps: math.floor(steps + 0.5)))}"


def at_most(seconds: float) -> str:
    """The same, rounded up. Still "about", for the pace may change."""
    return f"at most about {_spelled(_rounded(seconds, math.ceil))}"


def rate(tokens_per_second: float) -> str:
    """`"14 tokens/s"`: two digits that count, and no tenths from 3 up, where they would only flicker."""
    if tokens_per_second < 3:
        return f"{max(0.1, math.floor(tokens_per_second * 10 + 0.5) / 10):g} tokens/s"
    step = 10 ** max(0, math.floor(math.log10(tokens_per_second)) - 1)
    return f"{math.floor(tokens_per_second / step + 0.5) * step:,} tokens/s"


def tokens(count: int) -> str:
    return "1 token" if count == 1 else f"{count:,} tokens"


def waiting(chats: int) -> str:
    """The place in the engine's queue, behind other chats."""
    return f"Waiting: {chats:,} {'chat' if chats == 1 else 'chats'} first"


def reading(done: int, total: int, prompt_tokens_per_second: float | None) -> str:
    """How far the prompt is read. Only an engine can say that: most of a long prompt may be known from the turn before."""
    seconds = (total - done) / prompt_tokens_per_second if _known(prompt_tokens_per_second) else 0
    time = f" ({about(seconds)})" if seconds >= LONG_READING else ""
    return f"Reading the question: {done:,} of {tokens(total)}{time}"


def rest_of_thought(limits: Limits, thought: int, tokens_per_second: float | None) -> str:
    """How long the thinking may still take, after `thought` tokens of it; empty where nothing useful can be said."""
    if not _known(tokens_per_second) or thought >= limits.thought:
        return ""
    seconds = (limits.thought - thought) / tokens_per_second
    if limits.thinking_budget is None or limits.thinking_budget >= limits.max_tokens:
        return at_most(seconds) if seconds >= LONG_BOUND else ""
    left = about(seconds) if seconds >= 5 else "a few seconds"
    return f"{left} to the budget of {limits.thinking_budget:,}"


def warning(limits: Limits, tokens_per_second: float | None) -> str:
    """A sentence before a long thought on a slow machine; empty where there is nothing to warn of."""
    if not _known(tokens_per_second):
        return ""
    bounded = limits.thinking_budget is not None
    length = limits.thought if bounded else min(limits.thought, USUAL_THOUGHT)
    if length / tokens_per_second <= LONG_THOUGHT:
        return ""
    longer = f", and this one may have {limits.thought:,}" if length < limits.thought else ""
    remedy = "a smaller thinking_budget" if bounded else "thinking_budget"
    return (
        f"At {rate(tokens_per_second)} a thought of {tokens(length)} takes {about(length / tokens_per_second)}{longer}. "
        f"Stop, or set {remedy}, to have an answer sooner."
    )


def _known(pace: float | None) -> TypeGuard[float]:
    return pace is not None and math.isfinite(pace) and pace > 0


def _rounded(seconds: float, whole: Callable[[float], int]) -> int:
    for limit, step in _STEPS:
        value = max(1, whole(seconds / step)) * step
        if value < limit:
            break
    return value


def _spelled(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        hours, minutes = divmod(seconds // 60, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{seconds // 86400} days"
