"""Addresses that stand bare in a text, and which addresses a link may lead to. Mirrored in js/src/markdown/dialect/address.ts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from .characters import UNSEEN, is_punctuation

if TYPE_CHECKING:
    from .inline import InlineState

_BEGINS = re.compile(r"(?:https?://(?=[^\W_]|\[)|www\.(?=[A-Za-z0-9]))", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&'+,;=%]+")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_NEVER = set('<>"`|\\^')
_TRAILING = re.compile(r"(?:[?!.,:;*_~'\"(\[{]|&[A-Za-z0-9]{1,31};)\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,62}\Z")
_DOMAIN = re.compile(r"@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9@_(-])")
_SAFE = re.compile(r"(?:https?://|mailto:)[^\s<>\"\\`]+", re.IGNORECASE)


def is_safe(address: str) -> bool:
    """Whether a link may lead there: to a server that it names, or to a mailbox."""
    return _SAFE.fullmatch(address) is not None


def encode(address: str) -> str:
    """As it stands in a link."""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~-._")


def address(state: InlineState) -> bool:
    end = None if state.linkLevel else end_of_address(state.src, state.pos, state.posMax)
    if end is None:
        return False
    text = state.src[state.pos : end]
    _push_link(state, encode(complete(text)), text)
    state.pos = end
    return True


def mailbox(state: InlineState) -> bool:
    """`name@example.org`, from its `@` on."""
    domain = None if state.linkLevel else _DOMAIN.match(state.src, state.pos, state.posMax)
    name = _NAME.search(state.src, max(0, state.pos - 63), state.pos)
    if not domain or not name or not state.take_back(len(name[0])):
        return False
    _push_link(state, encode(f"mailto:{name[0]}{domain[0]}"), name[0] + domain[0])
    state.pos = domain.end()
    return True


def _push_link(state: InlineState, href: str, text: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand in a text that is no Markdown."""
    at = 0
    for found in _BEGINS.finditer(text):
        end = end_of_address(text, found.start(), len(text)) if found.start() >= at else None
        if end is not None:
            yield found.start(), end
            at = end


def complete(text: str) -> str:
    return f"http://{text}" if text[:4].lower() == "www." else text


def end_of_address(source: str, start: int, stop: int) -> int | None:
    """Where the address that begins at `start` ends, if there is one."""
    found = _BEGINS.match(source, start, stop)
    if not found or (start > 0 and re.match("[A-Za-z0-9]", source[start - 1])):
        return None
    at = found.end()
    open_ones: list[str] = []
    while at < stop:
        if run := _RUN.match(source, at, stop):
            at = run.end()
            continue
        character = source[at]
        if character in _PAIRS:
            open_ones.append(_PAIRS[character])
        elif character in ")]}":
            if not open_ones or open_ones.pop() != character:
                break
        elif character == "*":
            if source.startswith("**", at):
                break
        elif (
            character in _NEVER
            or character <= " "
            or character.isspace()
            or UNSEEN.match(character)
            or is_punctuation(character)
        ):
            break
        at += 1
    while (cut := _TRAILING.search(source, max(found.end(), at - 33), at)) is not None:
        at = cut.start()
    return at if at > found.end() else None
