"""Whose words an edited text is made of: `merge`. Standard library only.

What a person typed is the person's, and what they left keeps the origin it had. Nobody watched them type, so it is told from
the two texts; and in two texts about one thing some words are equal by chance. So a thought that was typed anew has nothing
of the model's left, though both have the same full stops; and where one word was changed, that word is the person's.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..reasoning import Kind
from .beginning import common
from .runs import Run, equal_runs
from .turn import Origin, Span

LONG = 5
"""Words in a row that nobody types again by chance."""
SOME, ALIKE = 2, 0.5
"""Words in a row that were left, where at least that part of the words around them was left too."""
NEAR = 1
"""Words or signs that were changed, beside which others were left."""
END, SHORT = 3, 4
"""Words that two texts don't begin or end with by chance; fewer do, where what was changed beside them is so many times longer."""
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"\s+|[{_HAN}]|[^\W{_HAN}]+|[^\w\s]")

Which = Callable[[Sequence[Run], Run, Run, "_Tokens", "_Tokens"], Iterable[Run]]


def merge(before: Sequence[Span], text: str, kind: Kind) -> tuple[list[Span], int]:
    """`text` in spans, and how much of its beginning is as it was.

    `before` are the spans of `kind` that a person has made `text` of.
    """
    old, new = _Tokens("".join(span.text for span in before)), _Tokens(text)
    pieces: list[tuple[str, Origin]] = []
    at = 0
    for i, j, length in _left(old, new):
        pieces.append((text[at : new.places[j]], "person"))
        pieces += _origins(before, old.places[i], old.places[i + length])
        at = new.places[j + length]
    pieces.append((text[at:], "person"))
    return list(_joined(pieces, kind)), common(old.text, text)


class _Tokens:
    """A text in words, signs and white space."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.list: list[str] = _TOKEN.findall(text)
        self.places = [0, *itertools.accumulate(map(len, self.list))]
        self._words = [0.0, *itertools.accumulate(map(_word, self.list))]
        self._solid = [0, *itertools.accumulate(not token.isspace() for token in self.list)]

    def words(self, start: int, end: int) -> float:
        return self._words[end] - self._words[start]

    def solid(self, start: int, end: int) -> int:
        """Words and signs."""
        return self._solid[end] - self._solid[start]


def _word(token: str) -> float:
    """What is written without spaces has two characters a word, about."""
    return (0.5 if re.match(f"[{_HAN}]", token) else 1) if token[0].isalnum() else 0


def _left(old: _Tokens, new: _Tokens, begins: bool = True, ends: bool = True) -> list[Run]:
    """What the person left as it was. `begins`, `ends`: whether what both texts begin or end with may be no chance."""
    head, *middle, tail = equal_runs(old.list, new.list, begins=begins, ends=ends)
    kept = [head, *(run for run in middle if old.words(run[0], run[0] + run[2]) >= LONG), tail]
    kept = _with(_together, kept, middle, old, new)
    if begins and not _Gap(kept[0], kept[1], old, new).is_passed_by(head):
        return _left(old, new, False, ends)
    if ends and not _Gap(kept[-2], kept[-1], old, new).is_passed_by(tail):
        return _left(old, new, begins, False)
    return _with(_beside, kept, middle, old, new)


def _with(which: Which, kept: Sequence[Run], runs: Sequence[Run], old: _Tokens, new: _Tokens) -> list[Run]:
    """What is kept, and `which` of the other runs between two of it."""
    known = set(kept)
    rest = [run for run in runs if run not in known]
    found = [kept[0]]
    for one, other in itertools.pairwise(kept):
        between = rest[bisect.bisect_left(rest, one[:1]) : bisect.bisect_left(rest, other[:1])]
        found += [*which(between, one, other, old, new), other]
    return found


class _Gap:
    """What lies between two runs, in both texts."""

    def __init__(self, one: Run, other: Run, old: _Tokens, new: _Tokens) -> None:
        self._old = old
        was, became = (one[0] + one[2], other[0]), (one[1] + one[2], other[1])
        self.words = max(old.words(*was), new.words(*became))
        self.was, self.became = old.solid(*was), new.solid(*became)

    def words_of(self, run: Run) -> float:
        return self._old.words(run[0], run[0] + run[2])

    def solid_of(self, run: Run) -> int:
        return self._old.solid(run[0], run[0] + run[2])

    def is_passed_by(self, end: Run) -> bool:
        """Whether a common beginning or end is no chance: it is long, or nothing was replaced beside it, or not much."""
        replaced = max(self.was, self.became) if self.was and self.became else 0
        return self.words_of(end) >= END or replaced <= max(NEAR, SHORT * self.solid_of(end))

    @property
    def is_near(self) -> bool:
        return max(self.was, self.became) <= NEAR


def _together(runs: Sequence[Run], one: Run, other: Run, old: _Tokens, new: _Tokens) -> Iterable[Run]:
    """Those of the runs between two that were left because most was."""
    gap = _Gap(one, other, old, new)
    if gap.became == sum(map(gap.solid_of, runs)):  # something was cut out, and nothing written
        return runs
    alike = sum(map(gap.words_of, runs)) >= ALIKE * gap.words
    return [run for run in runs if alike and gap.words_of(run) >= SOME]


def _beside(runs: Sequence[Run], one: Run, other: Run, old: _Tokens, new: _Tokens) -> Iterable[Run]:
    """Those that were left because what is between them and such a one is a word that was changed."""
    near = [*_near(runs, one, lambda run, by: _Gap(by, run, old, new))]
    rest = runs[len(near) :]
    return [*near, *reversed([*_near(rest[::-1], other, lambda run, by: _Gap(run, by, old, new))])]


def _near(runs: Iterable[Run], by: Run, gap: Callable[[Run, Run], _Gap]) -> Iterator[Run]:
    """From a run that was left on, those that follow as long as what lies between two is short."""
    for run in runs:
        if not (by[2] and gap(run, by).is_near):
            return
        yield run
        by = run


def _origins(spans: Sequence[Span], start: int, end: int) -> Iterator[tuple[str, Origin]]:
    """The text from `start` to `end` with who wrote it."""
    at = 0
    for span in spans:
        yield span.text[max(0, start - at) : max(0, end - at)], span.origin
        at += len(span.text)


def _joined(pieces: Iterable[tuple[str, Origin]], kind: Kind) -> Iterator[Span]:
    for origin, together in itertools.groupby((piece for piece in pieces if piece[0]), key=lambda piece: piece[1]):
        yield Span(kind, "".join(text for text, _ in together), origin)
