"""`cells_of`: an answer cut where its code can be run, so that a notebook has that code in cells of its own.

Code is taken out of the text and of its lists, where a language is named that Jupyter's Python kernel runs. In a quote it
stays text, and so it does where a part of it isn't the model's: the marks around that part are no Python.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Literal, NamedTuple

from markdown_it.token import Token

from .parse import MARKS, parse
from .writer import written

RUN_BY_THE_KERNEL = {"python", "py", "python3", "ipython"}


class Cell(NamedTuple):
    type: Literal["markdown", "code"]
    source: str


def cells_of(text: str) -> Iterator[Cell]:
    """The cells of a tidy text, in order; together they have all of it."""
    prose = _Prose()
    for token in parse(text):
        if prose.is_in_lists and _runs(token):
            yield from prose.cell()
            yield Cell("code", token.content.removesuffix("\n"))
        else:
            prose.add(token)
    yield from prose.cell()


def _runs(token: Token) -> bool:
    """What stands behind the language in a fence's head is to be read, which it couldn't be in a cell of code."""
    if token.type != "fence" or token.info.strip().lower() not in RUN_BY_THE_KERNEL:
        return False
    return bool(token.content.strip()) and not any(mark in token.content for mark in MARKS)


class _Block:
    """A block that the text is in, as long as it is open: a list, an item, a quote, a paragraph."""

    def __init__(self, opening: Token) -> None:
        self.opening = opening
        self.is_cut = False  # its cell has ended before it
        self.next = int(opening.attrs.get("start", 1))  # of a list, the number of the item that comes


class _Prose:
    """Blocks for one cell. Where it ends within a list, the rest of the item is no item, and the list goes on behind that."""

    def __init__(self) -> None:
        self._tokens: list[Token] = []
        self._open: list[_Block] = []

    @property
    def is_in_lists(self) -> bool:
        """Whether the text is in nothing but lists, or in no block at all."""
        return all("list" in block.opening.type for block in self._open)

    def add(self, token: Token) -> None:
        if token.nesting == 1:
            if token.type == "list_item_open":
                self._add_item(token, self._open[-1])
            else:
                self._tokens.append(token)
            self._open.append(_Block(token))
        elif token.nesting == 0 or not self._open.pop().is_cut:
            self._tokens.append(token)

    def cell(self) -> Iterator[Cell]:
        """What there is, as a cell, unless there is nothing; and a new one begins."""
        for block in reversed(self._open):
            if not block.is_cut:
                block.is_cut = True
                opening = block.opening
                self._tokens.append(Token(opening.type.replace("_open", "_close"), opening.tag, -1, block=True))
        if source := written(self._tokens).strip("\n"):
            yield Cell("markdown", source)
        self._tokens = []

    def _add_item(self, item: Token, of: _Block) -> None:
        number = int(item.attrs.get("value", of.next))
        of.next = number + 1
        if of.is_cut:
            of.is_cut = False
            of.opening = copy.copy(of.opening)
            if of.opening.type == "ordered_list_open":
                of.opening.attrs = {**of.opening.attrs, "start": number}
                item = copy.copy(item)
                item.attrs = {name: value for name, value in item.attrs.items() if name != "value"}
            self._tokens.append(of.opening)
        self._tokens.append(item)
