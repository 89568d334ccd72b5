"""`Holder`: what a text has, for looking up any number of terms of others in it: in the time of its length, once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .fold import folded, joined
from .han import plain_han
from .prose import prose
from .term import Found
from .terms import LONGEST, find
from .words import OPENERS

_WORD = re.compile(r"[^\W_]+(?:['’.&‑-][^\W_]+)*\.?")
_GAP = re.compile(r"[ \u00a0*_\"“”']{0,4}")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
WORDS = 8
"""Of a name that is looked for where it isn't found as one: it begins a sentence, or is in small letters."""


class Holder:
    def __init__(self, text: str) -> None:
        found = find(text)
        self._are = {key for each in found for key in each.are}
        self._held = self._are.union(*(each.may | each.holds for each in found))
        readable = prose(text[:LONGEST])
        self._runs = _Runs(readable, found)
        # The names stand apart, so that a shorter one isn't found in them.
        self._han = plain_han(_without(readable, [each for each in found if _HAN.search(text[each.start : each.end])]))

    def has(self, term: Found) -> bool:
        if not term.are.isdisjoint(self._held) or not term.may.isdisjoint(self._are):
            return True
        if term.kind not in ("name", "quote"):
            return False
        return any((key in self._han if _HAN.search(key) else self._runs.have(key)) for key in term.are)


def _without(text: str, found: Sequence[Found]) -> str:
    parts = []
    at = 0
    for each in found:
        parts.append(text[at : each.start])
        at = each.end
    return "\x00".join([*parts, text[at:]])


class _Word(NamedTuple):
    text: str
    name: int
    """Which name it is in; -1: none."""
    goes_on: bool
    """Nothing but a space is between it and the word before."""
    alone: bool
    """It may be found by itself: it isn't an "it" or "most" in small letters."""


class _Runs:
    """Words that stand beside one another, up to `WORDS`, and don't begin or end within a longer name."""

    def __init__(self, text: str, found: Sequence[Found]) -> None:
        words = list(_words(text, [each for each in found if each.kind == "name"]))
        self._keys: set[str] = set()
        for start, first in enumerate(words):
            if first.name < 0 or not start or words[start - 1].name != first.name:
                self._collect(words, start)

    def _collect(self, words: Sequence[_Word], start: int) -> None:
        run: list[str] = []
        for end in range(start, min(start + WORDS, len(words))):
            word = words[end]
            if run and not word.goes_on:
                break
            run.append(word.text)
            is_cut = word.name >= 0 and end + 1 < len(words) and words[end + 1].name == word.name
            if not is_cut and (len(run) > 1 or word.alone):
                self._keys.add(joined(run))

    def have(self, key: str) -> bool:
        return key in self._keys


def _words(text: str, names: Sequence[Found]) -> Iterator[_Word]:
    at, end = 0, 0
    for match in _WORD.finditer(text):
        while at < len(names) and names[at].end <= match.start():
            at += 1
        name = at if at < len(names) and names[at].start <= match.start() else -1
        goes_on = bool(_GAP.fullmatch(text, end, match.start()))
        end = match.end()
        alone = name >= 0 or not match[0].islower() or match[0] not in OPENERS
        for number, part in enumerate(folded(match[0].rstrip("."))):
            yield _Word(part, name, goes_on or number > 0, alone)
