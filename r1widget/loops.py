"""Placeholder while the real one is being written by its owner: overwrite this file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loop:
    since: int
    period: int
    rounds: int


class LoopDetector:
    loop: Loop | None = None

    def feed(self, text: str) -> bool:
        return False
