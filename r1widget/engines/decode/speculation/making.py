"""How a `Table` is made from traces: which n-grams are worth an entry. Used by scripts/make_ngrams.py and the benchmark, never by an engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from .table import LEVELS, ORDERS, Entries

OFTEN = 2
"""A question's traces count for so many occurrences of an n-gram at the most: what one trace repeats is that question's talk."""
QUESTIONS = 3
"""Questions in whose traces an n-gram must stand."""
DOUBT = 2
"""Added to the count of a context before its share is taken, so that rare ones don't look sure."""
UNSURE = 0.12
"""Shares below it are no guess."""
SURER = 0.35
"""What it is worth to know better how sure an entry is, as a share of what a better guess is worth."""

Trace = tuple[Sequence[int], Sequence[int]]
"""Ids of the prompt, and ids of what was written."""


def entries(traces: Iterable[Trace], size: int, without: frozenset[int] = frozenset()) -> Entries:
    """The `size` most useful entries; none has an id of `without` (control tokens)."""
    followers, questions = _count(traces, without)
    kept: dict[tuple[int, ...], tuple[int, float, float]] = {}
    for context, counts in sorted(followers.items(), key=lambda item: (len(item[0]), item[0])):
        following, count = max(counts.items(), key=lambda item: (item[1], -item[0]))
        total = sum(counts.values())
        share = count / (total + DOUBT)
        if questions[(*context, following)] < QUESTIONS or share < UNSURE:
            continue
        # What is said without this entry: by the longest shorter context that has one.
        shorter = next((kept[context[n:]] for n in range(1, len(context)) if context[n:] in kept), (-1, 0.0, 0.0))
        if shorter[0] == following:
            gain = SURER * total * abs(share - shorter[1])
        else:
            gain = count - counts.get(shorter[0], 0)
        kept[context] = following, share, gain
    best = sorted(kept.items(), key=lambda item: (-item[1][2], item[0]))[:size]
    return {context: (following, min(LEVELS - 1, int(share * LEVELS))) for context, (following, share, _) in best}


def _count(
    traces: Iterable[Trace], without: frozenset[int]
) -> tuple[dict[tuple[int, ...], dict[int, int]], Counter[tuple[int, ...]]]:
    """How often what follows each context (each question counts OFTEN times at most), and in how many questions an n-gram is."""
    by_question: dict[tuple[int, ...], list[list[int]]] = defaultdict(list)
    for prompt, written in traces:
        by_question[tuple(prompt)].append([*prompt[-ORDERS:], *written])
    followers: dict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
    questions: Counter[tuple[int, ...]] = Counter()
    for sequences in by_question.values():
        here: Counter[tuple[int, ...]] = Counter()
        for ids in sequences:
            for n in range(2, ORDERS + 2):
                here.update(zip(*(ids[start:] for start in range(n)), strict=False))
        for ngram, count in here.items():
            if without.isdisjoint(ngram):
                counts = followers[ngram[:-1]]
                counts[ngram[-1]] = counts.get(ngram[-1], 0) + min(count, OFTEN)
                questions[ngram] += 1
    return followers, questions
