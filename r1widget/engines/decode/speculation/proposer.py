"""`Proposer`: what one sequence will probably say next, by what it said before and by what others often say.

How often each kind of guess is right is known beforehand from real traces and corrected by what is seen in this one. How many
guesses are worth a pass's time is `depth`'s to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from .matches import LONGEST, Matches
from .table import LEVELS, Table

FLOOR = 0.12
"""Where the chance that a guess and all before it are right falls below this, no more is proposed."""
TRUST = 100.0
"""How many guesses of a kind the figures from other traces count for."""
VOTERS = 4
"""Matches at least so long, or as long as the longest, are asked whether they agree."""

# A match's kind: how long it is, times what the other matches say, times whether the table says the same.
_BY_LENGTH = (0, 0, 0, 1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6)
_SOLO, _ALL, _MOST, _SOME = range(4)
_MATCHES = 28
_TABLE = 2 * _MATCHES
assert len(_BY_LENGTH) == LONGEST + 1

# fmt: off
CHANCES = (
    # Alone, all agree, most do, half or fewer do: matches of 2, 3, 4, 5-6, 7-9, 10-15 and at least 16 tokens ...
    0.34, 0.68, 0.42, 0.19,  0.43, 0.75, 0.45, 0.21,  0.50, 0.79, 0.47, 0.23,  0.59, 0.86, 0.60, 0.28,
    0.66, 0.90, 0.69, 0.37,  0.74, 0.95, 0.76, 0.49,  0.94, 0.98, 0.87, 0.76,
    # ... the same where the table agrees ...
    0.69, 0.88, 0.59, 0.38,  0.71, 0.87, 0.57, 0.38,  0.75, 0.89, 0.60, 0.42,  0.81, 0.92, 0.66, 0.42,
    0.85, 0.95, 0.76, 0.47,  0.87, 0.97, 0.79, 0.59,  0.98, 0.99, 0.94, 0.81,
    # ... and the table on its own, by an entry's level.
    0.10, 0.15, 0.19, 0.24, 0.30, 0.36, 0.43, 0.53, 0.58, 0.68, 0.78, 0.78,
)
"""How often each kind was right: 270 real traces, each source's with a table of the others."""
WITHOUT_TABLE = (
    0.40, 0.76, 0.45, 0.21,  0.48, 0.78, 0.47, 0.23,  0.55, 0.82, 0.49, 0.25,  0.63, 0.87, 0.61, 0.29,
    0.69, 0.92, 0.70, 0.37,  0.77, 0.95, 0.77, 0.49,  0.95, 0.98, 0.88, 0.76,
)
"""The same where no table is asked: matches are right a little more often than those that a table doesn't agree with."""
# fmt: on
assert len(WITHOUT_TABLE) == _MATCHES and len(CHANCES) == _TABLE + LEVELS


class Proposer:
    """Guesses for one sequence. Not for several threads at once."""

    def __init__(self, ids: Sequence[int], table: Table | None = None) -> None:
        """`ids` is the prompt. Ids are any integers; the table is one for the same vocabulary."""
        self._matches = Matches()
        self._matches.extend(ids)
        self._table = table
        chances = CHANCES if table is not None else WITHOUT_TABLE
        self._hits = [TRUST * chance for chance in chances]
        self._tries = [TRUST] * len(chances)
        self._pending: list[tuple[int, int]] = []
        """What was proposed last: (id, kind)."""

    def extend(self, ids: Sequence[int]) -> None:
        """Take ids that are certain now: those that were accepted, and what the model wrote after them."""
        for (guess, kind), id in zip(self._pending, ids, strict=False):
            self._tries[kind] += 1
            if guess != id:
                break
            self._hits[kind] += 1
        self._pending = []
        self._matches.extend(ids)

    def propose(self, count: int, floor: float = FLOOR) -> list[int]:
        """At most `count` ids that probably come next; fewer, or none, where a guess would be right less often than `floor`.

        The longest match of the sequence's end with an earlier part is followed, the latest of equals (after short matches,
        what followed most often); where the table is more often right than a match of this kind, its guess is taken. Each
        guess is made as if those before it were right.
        """
        ids = self._matches.ids
        end = len(ids)
        places: list[tuple[int, int]] = []
        pending: list[tuple[int, int]] = []
        surely = 1.0
        try:
            while len(pending) < count:
                # A match that was followed is still the longest, and one token longer.
                places = places or self._matches.find()
                guess, kind, chance = self._guess(places)
                surely *= chance
                if kind < 0 or surely < floor:
                    break
                pending.append((guess, kind))
                ids.append(guess)
                places = [(min(length + 1, LONGEST), place + 1) for length, place in places if ids[place] == guess]
        finally:
            del ids[end:]
        self._pending = pending
        return [guess for guess, _ in pending]

    def _guess(self, places: list[tuple[int, int]]) -> tuple[int, int, float]:
        """(id, kind, how often that kind is right); kind -1: no guess."""
        ids, hits, tries = self._matches.ids, self._hits, self._tries
        entry = self._table.look(ids) if self._table is not None else None
        guess, kind, chance = -1, -1, 0.0
        if places:
            guess, kind = _vote(ids, places)
            if entry is not None and entry[0] == guess:
                return guess, kind + _MATCHES, hits[kind + _MATCHES] / tries[kind + _MATCHES]
            chance = hits[kind] / tries[kind]
        if entry is not None:
            level = _TABLE + entry[1]
            if hits[level] / tries[level] > chance:
                return entry[0], level, hits[level] / tries[level]
        return guess, kind, chance


def _vote(ids: list[int], places: list[tuple[int, int]]) -> tuple[int, int]:
    """What probably follows, and its kind. `places` are (length, place), latest first.

    It is what followed the longest match, the latest of equals; where that is short, what followed most often (0.6 % more
    tokens a step than the longest match alone; after long matches the latest is the better guess).
    """
    longest, at = places[0]
    if len(places) == 1:
        return ids[at], 4 * _BY_LENGTH[longest] + _SOLO
    for length, place in places:
        if length > longest:
            longest, at = length, place
    enough = min(longest, VOTERS)
    votes = [ids[place] for length, place in places if length >= enough]
    guess = ids[at]
    count, all = votes.count(guess), len(votes)
    if longest <= VOTERS and count < all:
        guess, count = max(((vote, votes.count(vote)) for vote in (guess, *votes)), key=itemgetter(1))
    view = _SOLO if all == 1 else _ALL if count == all else _MOST if 2 * count > all else _SOME
    return guess, 4 * _BY_LENGTH[longest] + view
