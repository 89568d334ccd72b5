"""What stands within a paragraph, a heading or a cell: which rule reads which sign. Mirrored in js/src/markdown/dialect/inline.ts.

In place of the library's loop: its rules look ahead with one another, and text would grow by copies of itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from html.entities import html5
from itertools import groupby
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import isValidEntityCode
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline, autolink, fragments_join, link_pairs
from markdown_it.rules_inline.emphasis import postProcess as pair_emphasis
from markdown_it.rules_inline.strikethrough import postProcess as pair_strikes
from markdown_it.token import Token

from .address import address, mailbox
from .emphasis import emphasis
from .link import Found, find_links, link
from .math import math
from .spans import end_of_run, spans_of
from .strike import strike

_SIGN = re.compile(r"[\n\\`$*_~[<@]|!(?=\[)|&(?=[#A-Za-z])|(?:https?://|www\.)", re.IGNORECASE)
_BREAK = re.compile(r"<br[ \t]*/?>[ \t]*\n?[ \t]*|\\?\n[ \t]*", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKED_ANGLED = re.compile("<[^<>]*[\ufdd0-\ufdef]")
"""Where an export has marks (`parse.MARKS`); the page has none in its text."""
_ENTITY = re.compile(r"&(?:#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))|([a-z][a-z0-9]{1,31}));", re.IGNORECASE)
MAX_NESTING = 40
"""Emphasis in emphasis; what is nested deeper is no emphasis."""


class InlineState(StateInline):
    """The library's, with text that is put together when it is needed."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, out: list[Token]) -> None:
        super().__init__(src, md, env, out)
        self.pieces: list[str] = []

    @cached_property
    def links(self) -> Found:
        return find_links(self.src, self.env.get("references", {}))

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        self.flush()
        return super().push(ttype, tag, nesting)

    def as_text(self, end: int, text: str | None = None) -> bool:
        """What stands up to `end` is text; other text, if it says another."""
        self.pieces.append(self.src[self.pos : end] if text is None else text)
        self.pos = end
        return True

    def take_back(self, count: int) -> bool:
        """Of the text before, the last `count` characters, where it is as long as that."""
        text = ""
        while len(text) < count and self.pieces:
            text = self.pieces.pop() + text
        self.pieces.append(text[: max(len(text) - count, 0)] if len(text) >= count else text)
        return len(text) >= count

    def flush(self) -> None:
        if self.pieces:
            self.pending = "".join(self.pieces)
            self.pieces.clear()
            if self.pending:
                self.pushPending()


class Inline(ParserInline):
    def tokenize(self, state: StateInline) -> None:
        assert isinstance(state, InlineState)
        while state.pos < state.posMax:
            found = _SIGN.search(state.src, state.pos, state.posMax)
            at = found.start() if found else state.posMax
            state.as_text(at)
            if found and not any(rule(state) for rule in _RULES[found[0][0].lower()]):
                state.as_text(at + 1)
        state.flush()

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        for pair in (link_pairs, pair_strikes, pair_emphasis, fragments_join):
            pair(state)
        if any(token.level >= MAX_NESTING for token in state.tokens):
            state = InlineState(src, md, env, [])
            for number, text in enumerate(src.split("\n")):
                if number:
                    state.push("hardbreak", "br", 0)
                state.push("text", "", 0).content = text.strip(" \t")
        return _joined(state.tokens)


def _joined(tokens: list[Token]) -> list[Token]:
    """Text side by side is one."""
    joined: list[Token] = []
    for is_text, run in groupby(tokens, lambda token: token.type == "text"):
        found = list(run)
        if is_text:
            found[0].content = "".join(token.content for token in found)
            found = found[:1] if found[0].content else []
        joined += found
    return joined


def line_break(state: InlineState) -> bool:
    """Every line break is one, and `<br>` is one too."""
    found = _BREAK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if state.pieces:
        state.pieces[-1] = state.pieces[-1].rstrip(" \t")
    state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def code(state: InlineState) -> bool:
    found = spans_of(state.src).code(state.pos, state.posMax)
    if found is None:
        return state.as_text(min(end_of_run(state.src, state.pos), state.posMax))
    text = found.text.replace("\n", " ")
    if text.startswith(" ") and text.endswith(" ") and text.strip(" "):
        text = text[1:-1]
    state.push("code_inline", "code", 0).content = text
    state.pos = found.end
    return True


def escaped(state: InlineState) -> bool:
    found = _ESCAPED.match(state.src, state.pos, state.posMax)
    return found is not None and state.as_text(found.end(), found[1])


def entity(state: InlineState) -> bool:
    found = _ENTITY.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if found[3]:
        return f"{found[3]};" in html5 and state.as_text(found.end(), html5[f"{found[3]};"])
    code = int(found[1], 16) if found[1] else int(found[2])
    return state.as_text(found.end(), chr(code) if isValidEntityCode(code) else "\ufffd")


def angled(state: InlineState) -> bool:
    """Not where somebody else's words begin or end in it: the address is written as it is, and has no place for a mark."""
    return not _MARKED_ANGLED.match(state.src, state.pos, state.posMax) and autolink(state, False)


_RULES: dict[str, list[Callable[[InlineState], bool]]] = {
    "\n": [line_break],
    "\\": [math, line_break, escaped],
    "`": [code],
    "$": [math],
    "*": [emphasis],
    "_": [emphasis],
    "~": [strike],
    "[": [link],
    "!": [link],
    "<": [line_break, angled],
    "&": [entity],
    "@": [mailbox],
    "h": [address],
    "w": [address],
}
