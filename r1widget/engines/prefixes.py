"""`Prefixes`: what models have read before, kept for the next turn, an edit, a fork. Bounded in bytes; the oldest go first."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from ..beginning import common
from .passes import Memory

WORTH = 16
"""Ids that must be alike before a memory is copied: fewer are read sooner than searched for."""


class Prefixes:
    """Memories of sequences that have ended, least recently used first.

    One is never changed and never moved: who goes on from it gets a copy of the part that is alike (a copy of 1,500 ids
    takes 15 ms at 1.5B, to read them 10 s), so any number of branches can begin at the same place.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._kept: list[Memory] = []
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        with self._lock:
            return sum(memory.bytes for memory in self._kept)

    def find(self, ids: Sequence[int], running: Iterable[Memory] = ()) -> Memory | None:
        """A copy of what was read of the beginning of `ids`, but not of its last id, whose logits are wanted.

        `running` are memories of sequences that are still being written: what they hold already serves as well.
        """
        with self._lock:
            best, length = None, WORTH - 1
            for memory in (*self._kept, *running):
                alike = min(common(memory.ids, ids), len(ids) - 1)
                if alike > length:
                    best, length = memory, alike
            if best is None:
                return None
            if best in self._kept:
                self._kept.remove(best)
                self._kept.append(best)
            return best.copy(length)

    def keep(self, memory: Memory) -> None:
        """Keep what a sequence has read; what is a beginning of it is no longer needed."""
        if memory.length < WORTH:
            return
        memory.trim()
        with self._lock:
            self._kept = [kept for kept in self._kept if common(kept.ids, memory.ids) < kept.length]
            self._kept.append(memory)
            self._shrink()

    def free(self) -> None:
        """Forget all: memory is needed."""
        with self._lock:
            self._kept.clear()

    def _shrink(self) -> None:
        while self._kept and sum(memory.bytes for memory in self._kept) > self.most_bytes:
            del self._kept[0]
