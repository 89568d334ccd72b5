"""`equal_runs`: what two texts have in common, in words. Standard library only; what follows from it is in authorship.py."""

from __future__ import annotations

import bisect
import difflib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .beginning import common

MOST_PAIRS = 200_000
"""Pairs of equal words between two sentences that are the same; where there are more, none is looked for. 200,000 take about a
second; two texts of 3,000 words of English have 100,000."""

Run = tuple[int, int, int]
"""From which token of the first text on, and of the second, they are the same, and how many are."""
Range = tuple[int, int]
Sentences = list[tuple[str, Range]]


def equal_runs(first: Sequence[str], second: Sequence[str], *, begins: bool = True, ends: bool = True) -> list[Run]:
    """The runs that both have, in the same order: the common beginning and the common end, either of which may be empty, and
    between them what is found sentence by sentence, and then word by word. `begins`, `ends`: whether to look there first."""
    head = common(first, second) if begins else 0
    tail = common(first[head:][::-1], second[head:][::-1]) if ends else 0
    between = _by_sentences(first, second, (head, len(first) - tail), (head, len(second) - tail))
    return [(0, 0, head), *_joined_runs(between), (len(first) - tail, len(second) - tail, tail)]


def _by_sentences(first: Sequence[str], second: Sequence[str], was: Range, became: Range) -> Iterator[Run]:
    i, j = was[0], became[0]
    for (start, end), (there, until) in _in_both(_sentences(first, *was), _sentences(second, *became)):
        yield from _by_words(first, second, (i, start), (j, there))
        yield start, there, end - start
        i, j = end, until
    yield from _by_words(first, second, (i, was[1]), (j, became[1]))


def _in_both(one: Sentences, other: Sentences) -> list[tuple[Range, Range]]:
    """Where the sentences are that each text has once, as many of them as stand in the same order: patience sorting, whose time
    doesn't grow with the square of what is repeated."""
    places = [{text: place for text, place in each if times[text] == 1} for each, times in _counted(one, other)]
    pairs = [(place, places[1][text]) for text, place in places[0].items() if text in places[1]]
    ends: list[int] = []  # of the series of so many pairs, the one that ends first in `other`
    before: list[int] = []
    for number, (_, (at, _)) in enumerate(pairs):
        length = bisect.bisect_left(ends, at, key=lambda end: pairs[end][1][0])
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [number]
    series = []
    number = ends[-1] if ends else -1
    while number >= 0:
        series.append(pairs[number])
        number = before[number]
    return series[::-1]


def _counted(*texts: Sentences) -> Iterator[tuple[Sentences, Counter[str]]]:
    for each in texts:
        yield each, Counter(text for text, _ in each)


def _by_words(first: Sequence[str], second: Sequence[str], was: Range, became: Range) -> Iterator[Run]:
    one, other = first[slice(*was)], second[slice(*became)]
    often = Counter(other)
    if sum(often[word] for word in one if not word.isspace()) <= MOST_PAIRS:
        for block in difflib.SequenceMatcher(str.isspace, one, other, autojunk=False).get_matching_blocks():
            yield was[0] + block.a, became[0] + block.b, block.size


def _sentences(tokens: Sequence[str], start: int, end: int) -> Sentences:
    """The sentences among these tokens, as far as a surface shows them, with the tokens that they go from and to."""
    marks = [start]
    for number in range(start, end):
        token = tokens[number]
        if "\n" in token or token in "。！？" or (number > start and token.isspace() and tokens[number - 1] in ".!?"):
            marks.append(number + 1)
    marks += [end] if marks[-1] < end else []
    return [("".join(tokens[a:b]), (a, b)) for a, b in itertools.pairwise(marks)]


def _joined_runs(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs that follow one another in both texts are one."""
    i = j = length = 0
    for a, b, more in runs:
        if (a, b) == (i + length, j + length):
            length += more
        else:
            if length:
                yield i, j, length
            i, j, length = a, b, more
    if length:
        yield i, j, length
