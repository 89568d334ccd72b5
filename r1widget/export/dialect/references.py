"""Addresses that are given once and meant by a label: `[the docs][d]`, and somewhere `[d]: https://docs.example`.

The line that gives one stays text: what a model wrote is there for a reader. Mirrored in js/src/markdown/dialect/references.ts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from .address import complete, encode, end_of_address, is_safe

_LABEL = re.compile(r"\[((?:[^\[\]\\\n^]|\\.)(?:[^\[\]\\\n]|\\.){0,300})\]:[ \t]*")
_ANGLED = re.compile(r"<([^<>\s]+)>")


class Definition(NamedTuple):
    label: str
    href: str
    end: int
    """Where the label ends, with its colon."""


def normal(label: str) -> str:
    """Labels are the same in capitals and small letters."""
    return str(normalizeReference(label))


def definition(source: str, start: int) -> Definition | None:
    """What the line gives, at whose first bracket `start` is."""
    found = _LABEL.match(source, start)
    if not found or not found[1].strip():
        return None
    if angled := _ANGLED.match(source, found.end()):
        href = encode(angled[1])
    elif end := end_of_address(source, found.end(), len(source)):
        href = encode(complete(source[found.end() : end]))
    else:
        return None
    return Definition(normal(found[1]), href, start + len(found[0].rstrip())) if is_safe(href) else None


def starts_line(source: str, at: int) -> bool:
    while at > 0 and source[at - 1] in " \t":
        at -= 1
    return at == 0 or source[at - 1] == "\n"


def references(tokens: Sequence[Token]) -> dict[str, str]:
    """The addresses that paragraphs give, by label; the first that is given for a label is the one that is meant."""
    found: dict[str, str] = {}
    for before, token in pairwise(tokens):
        if before.type != "paragraph_open" or "]:" not in token.content:
            continue
        at = 0
        for text in token.content.split("\n"):
            if given := definition(token.content, at + len(text) - len(text.lstrip(" \t"))):
                found.setdefault(given.label, given.href)
            at += len(text) + 1
    return found
