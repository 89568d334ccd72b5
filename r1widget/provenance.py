"""Whose words an edited text is made of: `merge`. Standard library only."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from .beginning import common
from .reasoning import Kind
from .turn import Origin, Span

MOST_WORDS = 3000
"""Where more words than that lie between the first and the last change, on either side, all of them are the person's:
to compare 3,000 with 3,000 takes a third of a second, and it grows with the square."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def merge(before: Sequence[Span], text: str, kind: Kind) -> tuple[list[Span], int]:
    """`text` in spans, and how much of its beginning is as it was.

    `before` are the spans of `kind` that a person has made `text` of. Found by words: those that both have in common keep
    the origin they had, the rest is the person's.
    """
    old = "".join(span.text for span in before)
    head = common(old, text)
    tail = common(old[head:][::-1], text[head:][::-1])
    start, rest = _whole_words((old, head, tail), (text, head, tail))
    first, second = _words(old, start, len(old) - rest), _words(text, start, len(text) - rest)
    pieces: list[tuple[str, Origin]] = [*_origins(before, 0, start)]
    for tag, i1, i2, j1, j2 in _changes(old, first, text, second):
        if tag == "equal":
            pieces += _origins(before, first[i1], first[i2])
        elif j1 < j2:
            pieces.append((text[second[j1] : second[j2]], "person"))
    pieces += _origins(before, len(old) - rest, len(old))
    return list(_joined(pieces, kind)), head


def _whole_words(*texts: tuple[str, int, int]) -> tuple[int, int]:
    """Of texts with a common beginning and end: how much of both is in words that are whole in each of them."""
    starts, rests = [], []
    for text, head, tail in texts:
        marks = _marks(text)
        starts.append(max(mark for mark in marks if mark <= head))
        rests.append(len(text) - min(mark for mark in marks if mark >= len(text) - tail))
    return min(starts), min(rests)


def _marks(text: str) -> list[int]:
    """Where words end; the first begins at 0."""
    return [0, *(match.end() for match in _WORDS.finditer(text))]


def _words(text: str, start: int, end: int) -> list[int]:
    """Where the words from `start` to `end` begin, and where the last ends."""
    return [mark for mark in _marks(text) if start <= mark <= end]


def _changes(
    old: str, first: Sequence[int], new: str, second: Sequence[int]
) -> Iterable[tuple[str, int, int, int, int]]:
    if max(len(first), len(second)) > MOST_WORDS:
        return [("replace", 0, len(first) - 1, 0, len(second) - 1)]
    before, after = ([text[a:b] for a, b in itertools.pairwise(marks)] for text, marks in ((old, first), (new, second)))
    return difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _origins(spans: Sequence[Span], start: int, end: int) -> Iterator[tuple[str, Origin]]:
    """The text from `start` to `end` with who wrote it."""
    at = 0
    for span in spans:
        piece = span.text[max(0, start - at) : max(0, end - at)]
        if piece:
            yield piece, span.origin
        at += len(span.text)


def _joined(pieces: Iterable[tuple[str, Origin]], kind: Kind) -> Iterator[Span]:
    text, origin = "", None
    for piece, by in pieces:
        if by != origin and origin is not None:
            yield Span(kind, text, origin)
            text = ""
        text, origin = text + piece, by
    if text and origin is not None:
        yield Span(kind, text, origin)
