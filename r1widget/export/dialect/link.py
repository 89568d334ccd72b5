"""Links and images: `[text](address "title")`, `[text][label]`, `[label]`. Mirrored in js/src/markdown/dialect/link.ts.

All links of a text are found in one pass, by the algorithm of CommonMark's appendix: a text of nothing but brackets takes
its time once. What would lead to no server is no link but the text that it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.helpers import parseLinkDestination, parseLinkTitle

from .address import encode, end_of_address, is_safe
from .references import definition, normal, starts_line
from .spans import end_of_run, spans_of

if TYPE_CHECKING:
    from .inline import InlineState

_AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*>")
_SIGN = re.compile(r"[\\`$<\[\]]|https?://|www\.", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n]*")


class Target(NamedTuple):
    href: str
    title: str
    end: int


class Link(NamedTuple):
    text_end: int
    is_image: bool
    target: Target


class Found(NamedTuple):
    links: dict[int, Link]
    """By where they begin."""
    labels: dict[int, int]
    """Where the label of a line that gives an address ends, by where it begins."""


def link(state: InlineState) -> bool:
    source, start, links = state.src, state.pos, state.links
    if (end := links.labels.get(start)) is not None:
        state.push("text", "", 0).content = source[start:end]
        state.pos = end
        return True
    found = links.links.get(start)
    if found is None:
        return False
    attributes = {"src" if found.is_image else "href": found.target.href}
    if found.target.title:
        attributes["title"] = found.target.title
    if found.is_image:
        token = state.push("image", "img", 0)
        token.content = source[start + 2 : found.text_end]
        token.attrs = dict(attributes)
    else:
        state.push("link_open", "a", 1).attrs = dict(attributes)
        stop, state.pos, state.posMax = state.posMax, start + 1, found.text_end
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.posMax = stop
        state.push("link_close", "a", -1)
    state.pos = found.target.end
    return True


def find_links(source: str, given: dict[str, str]) -> Found:
    spans, stop = spans_of(source), len(source)
    found = Found({}, {})
    open_ones: list[tuple[int, bool]] = []
    closed = 0
    """How many of them can't be links any more: a link holds no link."""
    at = 0
    while (sign := _SIGN.search(source, at)) is not None:
        past, start, character, at = at, sign.start(), sign[0], sign.end()
        if character == "`":
            code = spans.code(start, stop)
            at = code.end if code else end_of_run(source, start)
        elif character in ("$", "\\"):
            formula = spans.formula(start, stop)
            at = formula.end if formula else start + (2 if character == "\\" else 1)
        elif character == "<":
            if angled := _AUTOLINK.match(source, start):
                at = angled.end()
                closed = len(open_ones) if is_safe(angled[0][1:-1]) else closed
        elif character == "[":
            if starts_line(source, start) and (label := definition(source, start)):
                found.labels[start] = at = label.end
            else:
                open_ones.append((start, start > past and source[start - 1] == "!"))
        elif character == "]":
            if not open_ones:
                continue
            begin, is_image = open_ones.pop()
            was_closed, closed = len(open_ones) < closed, min(closed, len(open_ones))
            target = None if was_closed and not is_image else _target(source, begin, start, given)
            if target:
                found.links[begin - is_image] = Link(start, is_image, target)
                at = target.end
                closed = closed if is_image else len(open_ones)
        else:
            at = end_of_address(source, start, stop) or at
    return found


def _target(source: str, begin: int, end: int, given: dict[str, str]) -> Target | None:
    """Where the brackets from `begin` to `end` lead."""
    if source.startswith("(", end + 1) and (target := _inline(source, end + 2)):
        return target
    if not given:
        return None
    label, after = source[begin + 1 : end], end + 1
    if source.startswith("[", after) and (close := source.find("]", after, after + 303)) > 0:
        label, after = source[after + 1 : close] or label, close + 1
        if (href := given.get(normal(label))) is not None:
            return Target(href, "", after)
        label, after = source[begin + 1 : end], end + 1
    href = given.get(normal(label)) if len(label) <= 301 else None
    return None if href is None else Target(href, "", after)


def _inline(source: str, at: int) -> Target | None:
    stop = len(source)
    at = _skip(source, at)
    found = parseLinkDestination(source, at, stop)
    href = encode(found.str) if found.ok else ""
    if not is_safe(href):
        return None
    at = _skip(source, found.pos)
    title = ""
    if at > found.pos and (given := parseLinkTitle(source, at, stop)).ok:
        title, at = given.str, _skip(source, given.pos)
    return Target(href, title, at + 1) if source.startswith(")", at) else None


def _skip(source: str, at: int) -> int:
    found = _SPACES.match(source, at)
    return found.end() if found else at
