"""`quoted`: what stands in quotation marks, or is set in italics as titles are: `"The Black Swan"`, `《红楼梦》`, `*Moby-Dick*`.

Only short ones: a sentence that is cited is no term, and what is in it counts for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .fold import joined, words_of
from .han import plain_han
from .term import Found
from .words import FUNCTION, OF_PERSONS, OPENERS, PLAIN

LONGEST = 60
"""Characters within."""
_QUOTED = re.compile(
    rf"[“„](?P<curled>[^“”„\n]{{1,{LONGEST}}})[”“]|「(?P<corner>[^「」\n]{{1,{LONGEST}}})」|『(?P<white>[^『』\n]{{1,{LONGEST}}})』|《(?P<title>[^《》\n]{{1,{LONGEST}}})》"
    rf"|«\s?(?P<angle>[^«»\n]{{1,{LONGEST}}}?)\s?»|(?<![\w*])(?P<mark>\*|_)(?P<italic>[^\s*_][^*_\n]{{0,{LONGEST}}})(?<!\s)(?P=mark)(?![\w*])"
)
_WORDS = 10


def quoted(text: str) -> Iterator[Found]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield from _straight(text, at, at + len(line))
        at += len(line)
    for found in _QUOTED.finditer(text):
        inside = next(name for name in ("curled", "corner", "white", "title", "angle", "italic") if found[name])
        if inside != "italic" or _is_title(found["italic"]):
            yield from _term(text, found.start(inside), found.end(inside))


def _straight(text: str, start: int, end: int) -> Iterator[Found]:
    """Those of one line: they open and close in turn."""
    at = text.find('"', start, end)
    while at >= 0:
        close = text.find('"', at + 1, end)
        if close < 0:
            return
        if at + 1 < close <= at + 1 + LONGEST:
            yield from _term(text, at + 1, close)
        at = text.find('"', close + 1, end)


def _term(text: str, start: int, end: int) -> Iterator[Found]:
    inside = text[start:end]
    core = inside.strip(" *_.,;:!?，。！？；：")
    start += inside.find(core) if core else 0
    words = words_of(core)
    if not words or len(words) > _WORDS or not any(sign.isalpha() for sign in core):
        return
    key = plain_han(core) if any("\u3400" <= sign <= "\u9fff" for sign in core) else joined(words)
    if key and (len(key) > 1 or not key.isascii()):
        yield Found("quote", start, start + len(core), frozenset((key,)))


def _is_title(text: str) -> bool:
    """Every word has a capital, but for small ones within, and it isn't a label or a word that is stressed."""
    words = text.split()
    main = [word for word in words if word.casefold() not in FUNCTION and word.casefold() not in OF_PERSONS]
    if not main or len(words) > _WORDS or text.rstrip().endswith(":") or not words[0][0].isupper():
        return False
    return all(word[0].isupper() or word[0].isdigit() for word in main) and (
        len(words) > 1 or not {words[0].casefold()} & (OPENERS | PLAIN)
    )
