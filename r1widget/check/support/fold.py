"""`folded`, `joined`, `name_keys`: what of a name's writing makes no difference, and which of its short forms stand for it."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from .term import NONE
from .words import ALIASES, HEAD_NEEDED, HEAD_OPTIONAL, HEADS, NUMBERS, OF_PERSONS, OPENERS, PLACES, PLAIN, TITLES

_OTHER = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "’": "'",
        "ʼ": "'",
        "‘": "'",
        "&": " and ",
    }
)
_NUMERALS = "ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii"
_ROMAN = {roman: str(value + 2) for value, roman in enumerate(_NUMERALS.split())}
_ABBREVIATED = {"st": "saint", "ste": "saint", "mt": "mount", "ft": "fort"}
_DIVIDED = re.compile(r"[\s\-‐‑–—./·・•_*\x00]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\Z")
_KEPT = 20_000


@functools.lru_cache(_KEPT)
def folded(word: str) -> tuple[str, ...]:
    """The words of a word, without case, marks on letters, hyphens and a possessive: `Moby-Dick's` is `moby`, `dick`."""
    if _INITIALS.match(word):
        word = word.replace(".", "")
    word = unicodedata.normalize("NFKD", word).casefold().translate(_OTHER)
    word = "".join(sign for sign in word if not unicodedata.combining(sign))
    word = re.sub(r"'s?(?=[\s-]|\Z)", "", word)
    return tuple(part.replace("'", "") for part in _DIVIDED.split(word) if part.strip("'"))


def joined(words: Sequence[str]) -> str:
    """One key of folded words: articles and spaces make no difference, nor the last word's plural."""
    kept = [_ABBREVIATED.get(word, word) for word in words if word not in ("the", "a", "an")] or list(words)
    kept[1:] = [_ROMAN.get(word) or _number(word) for word in kept[1:]]
    if kept:
        kept[-1] = _singular(kept[-1])
    key = "".join(kept)
    return ALIASES.get(key, key)


def _number(word: str) -> str:
    return str(NUMBERS[word]) if word in NUMBERS else word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def words_of(text: str) -> list[str]:
    return [part for word in text.split() for part in folded(word.strip('.,;:!?"“”()[]'))]


def name_keys(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a name is compared by, and what might be a short form of it."""
    words = words_of(text)
    if not words:
        return NONE, NONE
    are = {joined(words)}
    bare = list(words)
    while len(bare) > 1 and (bare[0] in TITLES or bare[0] == "the"):
        del bare[0]
    are.add(joined(bare))
    if bare[0] == "river" and len(bare) > 1:
        are.add(joined([*bare[1:], "river"]))
    may = _of_a_place(bare) | _of_a_person(bare, text)
    are.discard("")
    return frozenset(are), frozenset(may - are - {""})


def _of_a_place(words: Sequence[str]) -> set[str]:
    """`Everest` of `Mount Everest`, `Nile` of `River Nile`."""
    if len(words) < 2:
        return set()
    for head, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
        head = "mount" if head == "mt" else head
        if head in HEAD_OPTIONAL and not HEAD_NEEDED.intersection(rest):
            return {joined(rest)}
    return set()


def _of_a_person(words: Sequence[str], text: str) -> set[str]:
    """`Einstein` of `Albert Einstein`, `van Gogh` of `Vincent van Gogh`, `Alexander Bell` of `Alexander Graham Bell`: of what can be
    a person's name. Whether it is one, no rule here knows."""
    if not 2 <= len(words) <= 5 or any(word in HEADS or not word.isalpha() for word in words):
        return set()
    last, first = words[-1], words[0]
    if (
        first in PLACES
        or last in PLAIN
        or last in OPENERS
        or len(last) < 3
        or {"and", "of"} & {*words}
        or _is_acronym(text)
    ):
        return set()
    if last in _ROMAN or first in OF_PERSONS:
        return {joined(words[1:])} if first in OF_PERSONS else set()
    short = {joined([last])}
    at = len(words) - 1
    while at > 1 and words[at - 1] in OF_PERSONS:
        at -= 1
        short.add(joined(words[at:]))
    if words[at] == "da":
        short.add(joined(words[:at]))  # of Vinci he only comes
    if len(first) > 1:
        short.add(joined([first[0], *words[at:]]))
        if at > 1:
            short |= {joined([first, *words[at:]]), joined([*(word[0] for word in words[:at]), *words[at:]])}
    return short


def _is_acronym(text: str) -> bool:
    return any(len(word) > 1 and word.isupper() and "." not in word for word in text.split())
