"""`Matches`: a sequence of ids, and the places in it where its own end stood before. What to make of them is `proposer`'s.

An index by pairs with chains through earlier occurrences, as in LZ77 compressors: one dictionary entry for each distinct pair and
four bytes a token. A 32,768-token trace takes 1 to 2 MB.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

SHORTEST = 2
"""Tokens that a match has at the least. Single tokens say little: 16 % of what followed them before follows again."""
LONGEST = 16
"""Where comparing stops. Beyond it 94 % and more of the continuations hold, whatever else is known."""
CANDIDATES = 16
"""Occurrences of the last pair that are looked at, latest first."""


class Matches:
    """Ids in the order they came; finds where the last of them stood before."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self._latest: dict[int, int] = {}
        self._earlier = array("i")
        """For each place the one before it that follows the same pair; 0: none (what follows a pair is at 2 or later)."""

    def extend(self, ids: Iterable[int]) -> None:
        """Take ids that are certain. Constant time for each."""
        known, latest, earlier = self.ids, self._latest, self._earlier
        for id in ids:
            place = len(known)
            if place >= SHORTEST:
                pair = known[-2] << 32 ^ known[-1]
                earlier.append(latest.get(pair, 0))
                latest[pair] = place
            else:
                earlier.append(0)
            known.append(id)

    def find(self) -> list[tuple[int, int]]:
        """(length, place) of earlier occurrences of the end of `ids`, latest first; at `place` is what followed.

        Lengths are from SHORTEST to LONGEST. The search ends with the first match of LONGEST. `ids` may have guesses
        at its end that are not indexed: the end is looked for with them.
        """
        ids, earlier = self.ids, self._earlier
        end = len(ids)
        found: list[tuple[int, int]] = []
        if end < SHORTEST:
            return found
        last, second = ids[-1], ids[-2]
        place = self._latest.get(second << 32 ^ last, 0)
        for _ in range(CANDIDATES):
            if not place:
                break
            # Two pairs of huge ids can share a key, so the pair is compared too.
            if ids[place - 1] == last and ids[place - 2] == second:
                length, back = 2, end - place
                most = min(LONGEST, place)
                while length < most and ids[place - 1 - length] == ids[place - 1 - length + back]:
                    length += 1
                found.append((length, place))
                if length == LONGEST:
                    break
            place = earlier[place]
        return found
