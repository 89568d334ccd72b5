"""`Marks`: any of several given texts in a stream, found whole, and what may still become one. Linear in the stream."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple


class Found(NamedTuple):
    """A mark, and where it stands."""

    mark: str
    start: int
    end: int


class Marks:
    """Of two marks at the same place the longer one counts."""

    def __init__(self, marks: Iterable[str]) -> None:
        longest_first = sorted(set(marks), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._halves = frozenset(mark[:size] for mark in longest_first for size in range(1, len(mark)))
        self._longest = max(map(len, longest_first), default=0)
        self._first = re.compile(
            f"[{''.join(re.escape(mark[0]) for mark in longest_first)}]" if longest_first else "(?!)"
        )

    def find(self, text: str, at: int = 0, *, final: bool = False) -> Found | None:
        """The first mark from `at` on. One at the end of a text that isn't `final` and may still become a longer one isn't
        found yet."""
        match = self._pattern.search(text, at)
        if match is None or (not final and match.end() == len(text) and match.group() in self._halves):
            return None
        return Found(match.group(), match.start(), match.end())

    def begins(self, text: str) -> str | None:
        """The mark that `text` begins with."""
        match = self._pattern.match(text)
        return match.group() if match else None

    def may_begin(self, text: str) -> bool:
        """Whether `text` is the beginning of a mark, or nothing yet."""
        return not text or text in self._halves

    def half_at_end(self, text: str, at: int = 0) -> int:
        """How many characters at the end of `text`, from `at` on, may be the beginning of a mark."""
        start = max(at, len(text) - self._longest + 1)
        for match in self._first.finditer(text, start):
            if text[match.start() :] in self._halves:
                return len(text) - match.start()
        return 0


@functools.lru_cache(maxsize=256)
def marks(*texts: str) -> Marks:
    """Those of these texts. The same few sets are wanted for every reply."""
    return Marks(texts)
