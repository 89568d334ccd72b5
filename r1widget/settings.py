"""`Settings`: how a turn is sampled. Values only; what a model recommends is the engine's affair."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import SettingsError
from .number import number, whole
from .reasoning import CLOSE, closes


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a turn is sampled.

    The defaults are DeepSeek's recommendation for R1 and its distills: temperature 0.5–0.7 (0.6), top-p 0.95, no
    system prompt (github.com/deepseek-ai/DeepSeek-R1, "Usage Recommendations"). `max_tokens` is ours: it is longer
    than 97 % of the traces of the 1.5B model that we have seen, and short enough to end on a laptop.
    """

    temperature: float = 0.6
    """0 is greedy; up to 2."""
    top_p: float = 0.95
    """Sample from the smallest set of tokens that holds this share of the probability; in (0, 1]."""
    max_tokens: int = 8192
    """Most tokens of one turn, thinking and answer together."""
    thinking_budget: int | None = None
    """Most tokens of thinking; then it is closed and the answer begins. None: no limit. 0: no thinking at all."""
    budget_message: str = ""
    """A sentence written into the thought before the budget closes it, as in "I have to answer now."; it isn't the model's."""
    stop_loops: bool = False
    """Whether a thought that repeats itself without end is closed, so that the answer begins."""
    seed: int | None = None
    """None: a new one each turn; it is in the turn's record, so any turn can be repeated."""
    system: str | None = None
    """A system prompt. DeepSeek advises against one for R1."""

    def __post_init__(self) -> None:
        for name, plain in _PLAIN.items():
            object.__setattr__(self, name, plain(getattr(self, name)))
        self._check("temperature", _is_number(self.temperature) and 0 <= self.temperature <= 2, "a number from 0 to 2")
        self._check("top_p", _is_number(self.top_p) and 0 < self.top_p <= 1, "a number above 0, up to 1")
        self._check("max_tokens", _is_int(self.max_tokens) and self.max_tokens >= 1, "a whole number from 1 up")
        budget = self.thinking_budget
        self._check(
            "thinking_budget", budget is None or (_is_int(budget) and budget >= 0), "None or a whole number from 0 up"
        )
        message = self.budget_message
        self._check(
            "budget_message",
            isinstance(message, str) and closes(message) is None,
            f"a text without {CLOSE}, or another tag that ends a thought",
        )
        self._check("stop_loops", isinstance(self.stop_loops, bool), "True or False")
        seed = self.seed
        self._check(
            "seed", seed is None or (_is_int(seed) and 0 <= seed < 2**63), "None or a whole number from 0 to 2**63 - 1"
        )
        self._check("system", self.system is None or isinstance(self.system, str), "None or a text")

    def _check(self, name: str, holds: bool, expected: str) -> None:
        if not holds:
            raise SettingsError(f"{name}={getattr(self, name)!r} can't be.", f"Give {expected}.")

    def replace(self, changes: Mapping[str, Any]) -> Settings:
        """These settings with some changed; an unknown name is a `TypeError` with a hint, as for any function."""
        for name in changes:
            if name not in _NAMES:
                close = difflib.get_close_matches(name, _CALLED, n=1)
                hint = f" Did you mean {_CALLED[close[0]]!r}?" if close else f" There are: {', '.join(_NAMES)}."
                raise TypeError(f"There is no setting {name!r}.{hint}")
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


_PLAIN = {"temperature": number, "top_p": number, "max_tokens": whole, "thinking_budget": whole, "seed": whole}
_NAMES = tuple(field.name for field in dataclasses.fields(Settings))


_CALLED = {word: name for name in reversed(_NAMES) for word in (*name.split("_"), name)}
"""What people call them: `budget`, or the whole name."""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
