"""`Alternatives`: what a model might have written instead, for the tokens it wasn't sure of; `Alternative`. Standard library only.

Text is kept beside the ids, so that a conversation which is opened again needs no tokenizer.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple, get_args

Role = Literal["text", "part", "closes", "ends", "control"]
"""What a token would do: add its text; add a part of a character, which is none by itself; close the thinking; end the reply; or
something else that isn't text."""
ROLES: tuple[Role, ...] = get_args(Role)

SURE = 0.9
"""Probability from which on nothing is kept of a token's alternatives: together they have a tenth of it or less."""
MOST = 5
"""How many are kept of a token."""
UNKNOWN = -1
"""The id of a token where a server doesn't tell it."""

_NONE = -1
_GRAIN, _LEAST = 1000, 65_535  # thousandths of a nat, so a share is right to a thousandth of itself, down to e^-65
_COLUMNS = {"at": "I", "which": "i", "shares": "H", "ids": "i", "roles": "B", "ends": "I", "texts": "B"}
"""Of what is stored, by name, with the type: of each of these tokens its number, and `MOST` times which one and its share; of each
different alternative its id, its role, where its text ends in `texts`, which is UTF-8."""


class Alternative(NamedTuple):
    """A token that could have stood there."""

    id: int
    """In the model's vocabulary; -1 where a server doesn't tell."""
    logprob: float
    """Natural logarithm of its probability at temperature 1, before top-p; to a thousandth."""
    text: str = ""
    """What it adds to the text; nothing, of a part of a character."""
    role: Role = "text"


class Alternatives:
    """Those of a turn, by the number of the token. Not thread-safe: `Scores` has the lock.

    34 bytes a token that has some, and 10 and its text for each alternative that the turn didn't have before.
    """

    def __init__(self) -> None:
        self._at, self._which, self._shares = array("I"), array("i"), array("H")
        self._known: list[tuple[int, Role, str]] = []
        self._ends, self._texts = array("I"), array("B")  # of those that are known
        self._numbers: dict[tuple[int, Role, str], int] = {}
        self._sizes = array("I")  # how many were known before each token

    def add(self, at: int, alternatives: Sequence[Alternative]) -> None:
        """Those of token number `at`, the likeliest first; tokens come in order."""
        self._at.append(at)
        self._sizes.append(len(self._known))
        for place in range(MOST):
            if place >= len(alternatives):
                self._put(_NONE, _LEAST)
                continue
            id, logprob, text, role = alternatives[place]
            text = text.encode("utf-8", "replace").decode()  # a server's JSON can have half a character
            self._put(self._number((id, role, text)), _share(logprob))

    def of_token(self, at: int) -> tuple[Alternative, ...]:
        """Those of token number `at`; none where none are kept."""
        row = bisect_left(self._at, at)
        if row == len(self._at) or self._at[row] != at:
            return ()
        found = range(row * MOST, (row + 1) * MOST)
        return tuple(self._alternative(place) for place in found if self._which[place] != _NONE)

    def columns(self, since: int) -> dict[str, array[Any]]:
        """Of the tokens from number `since` on, to be stored; one behind the other they are all."""
        row = bisect_left(self._at, since)
        known = self._sizes[row] if row < len(self._at) else len(self._known)
        begin = self._ends[known - 1] if known else 0
        ids = array("i", (id for id, _, _ in self._known[known:]))
        roles = array("B", (ROLES.index(role) for _, role, _ in self._known[known:]))
        rows = self._at[row:], self._which[row * MOST :], self._shares[row * MOST :]
        columns = (*rows, ids, roles, self._ends[known:], self._texts[begin:])
        return dict(zip(_COLUMNS, columns, strict=True))

    @classmethod
    def of(cls, columns: Mapping[str, array[Any]]) -> Alternatives:
        """The alternatives again; `ValueError` for what are none. Where there are no such columns there is none."""
        made = cls()
        at, which, shares, ids, roles, ends, texts = (
            array(typecode, columns.get(name, ())) for name, typecode in _COLUMNS.items()
        )
        fits = len(which) == len(shares) == len(at) * MOST and len(ids) == len(roles) == len(ends)
        if not fits or (ends[-1] if ends else 0) != len(texts) or any(role >= len(ROLES) for role in roles):
            raise ValueError("the columns of alternatives don't fit together")
        if not all(_NONE <= number < len(ids) for number in which) or any(
            after <= before for before, after in pairwise(at)
        ):
            raise ValueError("the columns of alternatives don't fit together")
        begin = 0
        for id, role, end in zip(ids, roles, ends, strict=True):
            made._number((id, ROLES[role], texts[begin:end].tobytes().decode()))
            begin = end
        made._at, made._which, made._shares = at, which, shares
        seen = 0
        for row in range(len(at)):
            made._sizes.append(seen)
            seen = max(seen, max(which[row * MOST : (row + 1) * MOST]) + 1)
        return made

    def __len__(self) -> int:
        return len(self._at)

    def _put(self, which: int, share: int) -> None:
        self._which.append(which)
        self._shares.append(share)

    def _number(self, one: tuple[int, Role, str]) -> int:
        if (number := self._numbers.get(one)) is None:
            number = self._numbers[one] = len(self._known)
            self._known.append(one)
            self._texts.frombytes(one[2].encode())
            self._ends.append(len(self._texts))
        return number

    def _alternative(self, place: int) -> Alternative:
        id, role, text = self._known[self._which[place]]
        return Alternative(id, -self._shares[place] / _GRAIN, text, role)


def _share(logprob: float) -> int:
    """As it is stored. What is less than can be, or no number, is the least."""
    return min(_LEAST, round(max(0.0, -logprob) * _GRAIN)) if logprob > -_LEAST / _GRAIN else _LEAST
