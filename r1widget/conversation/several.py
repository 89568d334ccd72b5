"""`Turns`: what `fork` and `regenerate(n=…)` give back: turns that were made together. Standard library only."""

from __future__ import annotations

import time
import warnings
from typing import Any

from .turn import Turn


class Turns(tuple[Turn, ...]):
    """A tuple of turns, with one wait for all."""

    def wait(self, timeout: float | None = None) -> bool:
        """Block until all have ended, or `timeout` seconds have passed; whether all have ended."""
        end = None if timeout is None else time.monotonic() + timeout
        return all(turn.wait(None if end is None else end - time.monotonic()) for turn in self)

    def __getattr__(self, name: str) -> Any:
        """Until 0.1 `regenerate(n=3)` gave the first turn alone; what was asked of it is answered, for one release more."""
        if name.startswith("_") or not self:
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
        value = getattr(self[0], name)
        warnings.warn(
            f"These are {len(self)} turns, and .{name} is the first one's. Take turns[0].{name}.", DeprecationWarning, 2
        )
        return value

    def __repr__(self) -> str:
        return f"<{len(self)} turns: {', '.join(map(repr, self))}>"
