"""`terms`: the names, numbers, dates and quoted terms of a text in Markdown. How each is found is in a file of its own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from .capitals import capitals
from .dates import dates
from .fold import words_of
from .han import han
from .numbers import numbers
from .prose import prose
from .quoted import quoted
from .term import Found, Term

LONGEST = 50_000
"""Characters of a text that are looked at, from its beginning."""
MOST = 2000
"""Different terms of a text; those behind are left out."""


def terms(text: str) -> tuple[Term, ...]:
    """Each once, in the order in which they come. No two overlap; nothing in code, formulas and addresses is a term."""
    return tuple(
        Term(text[group[0].start : group[0].end], group[0].kind, tuple((each.start, each.end) for each in group))
        for group in grouped(find(text))
    )


def find(text: str) -> list[Found]:
    """All places of all terms, in order."""
    readable = prose(text[:LONGEST])
    found: list[Found] = []
    for more in (dates(readable), quoted(readable), [*capitals(readable), *han(readable)], numbers(readable)):
        found = _beside(found, more)
    strong = {key for each in found if not each.weak for key in each.are}
    kept = [each for each in found if not each.weak or each.are & strong]
    return _with_acronyms(readable, kept)


def grouped(found: Sequence[Found]) -> list[list[Found]]:
    """By what they are: all places of one term together."""
    groups: dict[frozenset[str], list[Found]] = {}
    for each in found:
        if each.are in groups:
            groups[each.are].append(each)
        elif len(groups) < MOST:
            groups[each.are] = [each]
    return list(groups.values())


def _beside(found: list[Found], more: Iterable[Found]) -> list[Found]:
    """With those of `more` that overlap with none that was found before; of two of them that do, with the longer."""
    taken = sorted((each.start, each.end) for each in found)
    kept: list[Found] = []
    at = 0
    for each in sorted(more, key=lambda found: (found.start, -found.end)):
        while at < len(taken) and taken[at][1] <= each.start:
            at += 1
        if at < len(taken) and taken[at][0] < each.end:
            continue
        if kept and kept[-1].end > each.start:
            if each.end - each.start > kept[-1].end - kept[-1].start:
                kept[-1] = each
            continue
        kept.append(each)
    return sorted([*found, *kept], key=lambda found: found.start)


def _with_acronyms(text: str, found: list[Found]) -> list[Found]:
    """`World Health Organization (WHO)`: from here on each of the two stands for the other."""
    same: dict[str, str] = {}
    for one, other in itertools.pairwise(found):
        if one.kind == other.kind == "name" and re.fullmatch(
            r"[*_\"”’]{0,4} ?\([*_\"“‘]{0,4}", text[one.end : other.start]
        ):
            if text[other.end : other.end + 5].lstrip('*_"”’')[:1] in (")", ",", ";") and _abbreviates(
                text[one.start : one.end], text[other.start : other.end]
            ):
                for each in one.are:
                    same.update((key, each) for key in other.are)
                    same.setdefault(each, next(iter(sorted(other.are))))
    if not same:
        return found
    return [
        each._replace(are=each.are | {same[key] for key in each.are if key in same}) if each.kind == "name" else each
        for each in found
    ]


def _abbreviates(one: str, other: str) -> bool:
    long, short = (one, other) if len(one) > len(other) else (other, one)
    letters = re.sub(r"[^A-Z]", "", short)
    initials = [word[0].upper() for word in words_of(long)]
    strong = [word[0].upper() for word in words_of(long) if len(word) > 3]
    return (len(letters) > 1 and letters in ("".join(initials), "".join(strong))) or _in_order(letters, initials)


def _in_order(letters: str, initials: Sequence[str]) -> bool:
    """Whether the letters are initials in their order, some words left out: NASA, USSR."""
    rest = iter(initials)
    return len(letters) > 1 and len(initials) - len(letters) < 4 and all(letter in rest for letter in letters)
