"""`links`: what in a sentence is an equation of numbers: two sides, and what stands between them. Nothing is computed here.

A side goes from its equals sign as far as numbers and signs go, and is taken only where nothing beside it could belong to it: no
letter, no function, no bracket that isn't its own, no unit that differs. `x = 17 × 24 = 409` has one link, its first side is a
letter; `x + 3 = 7` has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import words
from .tokens import Token

LONGEST = 160
"""Tokens of a side."""

_RELATIONS = ("equal", "says", "about")
_BETWEEN = (*_RELATIONS, "unlike")
_OPERANDS_END = ("number", "close", "fact", "percent")


@dataclass(frozen=True)
class Side:
    tokens: tuple[Token, ...]
    """Without units."""
    units: frozenset[str]
    start: int
    end: int
    edge: int
    """The number of the token that stands beyond it; of the first side before it, of the last behind it."""

    @property
    def is_bare(self) -> bool:
        """Whether it is a number alone: nothing is computed in it."""
        return sum(
            token.sort in ("number", "open", "op", "frac", "root", "binom", "fact") for token in self.tokens
        ) == 1 or (len(self.tokens) == 2 and self.tokens[0].text == "-")


@dataclass(frozen=True)
class Link:
    left: Side
    right: Side
    about: bool
    """Whether the sign between them is ≈."""
    relation: int
    """The number of the token between them."""


def links(found: Sequence[Token]) -> list[Link]:
    linked = []
    for number, token in enumerate(found):
        if token.sort not in _RELATIONS:
            continue
        left, right = _before(found, number), _behind(found, number)
        if left is None or right is None or (left.is_bare and right.is_bare):
            continue
        if token.sort == "says" and not _says(found, left, right):
            continue
        if left.is_bare and not _stands_first(found, left):
            continue
        linked.append(Link(left, right, token.sort == "about", number))
    return linked


def _says(found: Sequence[Token], left: Side, right: Side) -> bool:
    """`17 times 24 is 409.`: nothing but a number, with which the clause ends."""
    before = found[left.edge] if left.edge >= 0 else None
    begins = before is None or before.sort in ("stop", *_RELATIONS) or before.text in words.SAFE
    ends = right.edge >= len(found) or found[right.edge].sort == "stop"
    computes = any(token.sort in ("op", "frac", "binom", "root") for token in left.tokens) or before is None
    return computes and begins and ends and right.is_bare and not right.units


def _stands_first(found: Sequence[Token], side: Side) -> bool:
    """A number on the left is a side where a sentence begins with it, or a chain goes on: not in `choose 2 = 36`."""
    before = found[side.edge] if side.edge >= 0 else None
    return not side.units and (before is None or before.sort in _RELATIONS)


def _before(found: Sequence[Token], relation: int) -> Side | None:
    at, depth, units = relation - 1, 0, set()
    side: list[Token] = []
    while at >= 0 and relation - at <= LONGEST:
        token, before = found[at], found[at - 1] if at else None
        if token.sort == "word":
            if not _is_unit(found, at):
                break
            units.add(token.text)
            at -= 1
            continue
        if token.sort == "close":
            if side and _needs_sign(side[0]):
                return None
            depth += 1
        elif token.sort == "open":
            if not depth:
                if before is not None and before.sort in ("word", "letter") and not token.spaced:
                    return None  # what a function is of
                break
            depth -= 1
            if before is not None and not token.spaced and before.sort in ("letter", "word", "other"):
                return None
        elif token.sort in _BETWEEN or token.sort == "stop":
            break
        elif token.sort in ("letter", "other"):
            return None
        side.insert(0, token)
        at -= 1
    if depth or not side or relation - at > LONGEST or (found[at].sort == "close" if at >= 0 else False):
        return None
    if not _begins(found, at, side):
        return None
    return _side(side, units, at, side[0].start, found[relation - 1].end)


def _begins(found: Sequence[Token], at: int, side: Sequence[Token]) -> bool:
    """Whether a side may begin behind the token `at`."""
    first, before = side[0], found[at] if at >= 0 else None
    if first.sort in ("fact", "percent") or (first.sort == "op" and first.text != "-"):
        return False
    if before is None or before.sort in _BETWEEN or before.sort == "open":
        return True
    if before.sort == "stop":
        if before.text in ("|", "&") or (first.text == "-" and before.text == "|"):
            return False
        return before.text not in (",", ":", ".") or first.spaced or before.text == ":"
    if before.sort != "word" or not first.spaced:
        return before.sort == "word" and not before.text.isascii() and not words.BEFORE_HAN.search(before.text)
    if before.text in words.BEFORE and not (
        before.text == "of" and at and found[at - 1].sort == "word" and found[at - 1].text in words.SUMS
    ):
        return False
    if words.BEFORE_HAN.search(before.text):
        return False
    return (first.text != "-" and first.sort != "open") or before.text in words.SAFE or not before.text.isascii()


def _behind(found: Sequence[Token], relation: int) -> Side | None:
    at, depth, units = relation + 1, 0, set()
    side: list[Token] = []
    while at < len(found) and at - relation <= LONGEST:
        token = found[at]
        if token.sort == "word":
            if not _is_unit(found, at, last=not depth):
                break
            units.add(token.text)
            at += 1
            continue
        if token.sort == "open":
            if side and token.spaced and side[-1].sort in _OPERANDS_END:
                following = found[at + 1].sort if at + 1 < len(found) else ""
                if following in ("number", "open", "frac", "root"):
                    return None
                break
            depth += 1
        elif token.sort == "close":
            if not depth:
                break
            depth -= 1
        elif token.sort in _BETWEEN or token.sort == "stop":
            break
        elif token.sort in ("letter", "other"):
            return None
        side.append(token)
        at += 1
    if depth or not side or at - relation > LONGEST or side[-1].sort in ("op", "root"):
        if not (side and side[-1].text in ("^2", "^3")) or depth:
            return None
    if not _ends(found, at):
        return None
    last = found[at - 1] if found[at - 1].text.isascii() else side[-1]  # a Chinese word may be the rest of the sentence
    return _side(side, units, at, side[0].start, last.end)


def _ends(found: Sequence[Token], at: int) -> bool:
    """Whether a side may end before the token `at`."""
    following = found[at : at + 3]
    if not following:
        return True
    first = following[0]
    if first.sort == "word":
        if first.text in words.AFTER or words.BETWEEN.match(first.text) or (not first.spaced and first.text.isascii()):
            return False
        return not (first.text == "and" and any(token.sort == "number" and index == 1 for index, token in enumerate(following)) and found[at - 1].sort == "word")  # fmt: skip
    if first.sort == "stop":
        nearby = [token.text for token in following[1:] if token.sort in ("word", "letter")]
        if first.text in (",", ";") and nearby and nearby[0].lower() in ("remainder", "r", "rem", "not", "余", "余数"):
            return False
        return first.text != "|" and not (first.text == ":" and len(following) > 1 and not following[1].spaced)
    return first.sort in (*_BETWEEN, "close", "open")


def _is_unit(found: Sequence[Token], at: int, *, last: bool = False) -> bool:
    """Whether the word says what the number before it counts, and the side goes on (or ends, `last`)."""
    word, before = found[at], found[at - 1] if at else None
    if before is None or before.sort not in ("number", "close", "percent") or (word.text in words.AFTER):
        return False
    if word.text in (
        "and",
        "so",
        "which",
        "because",
        "since",
        "but",
        "then",
        "in",
        "as",
        "for",
        "by",
        "is",
        "we",
        "with",
        "from",
    ):
        return False
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None:
        return last
    if words.BETWEEN.match(word.text):
        return False
    return following.sort in ("op", *_BETWEEN, "close") or (last and following.sort == "stop")


def _needs_sign(token: Token) -> bool:
    """Whether something else than a factor stands behind a bracket: `(3) 4`"""
    return token.sort == "number" or (token.sort == "open" and token.spaced)


def _side(side: Sequence[Token], units: set[str], edge: int, start: int, end: int) -> Side:
    return Side(tuple(side), frozenset(_singular(unit) for unit in units), start, end, edge)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 2 else word
