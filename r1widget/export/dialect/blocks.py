"""Which rules read blocks, and those of them that are ours. Mirrored in js/src/markdown/dialect/blocks.ts.

No HTML: it is text. No line takes an address away from the reader: see `references`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, code, fence, heading, hr, list_block, paragraph
from markdown_it.token import Token

from .math import line, math_block
from .table import table

BlockRule = Callable[[StateBlock, int, int, bool], bool]

MAX_NESTING = 20
"""Quotes count one and lists count two; what is nested deeper is text of the block that it is in. Some readers of the
Markdown that we write drop what is deeper: `commonmark` of markdown-it."""

_UNDERLINE = re.compile("=+|-+")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def _within_limits(rule: BlockRule) -> BlockRule:
    """The library would drop what is nested too deep."""
    return lambda state, start, stop, silent: state.level < MAX_NESTING - 2 and rule(state, start, stop, silent)


def underlined(state: StateBlock, start: int, stop: int, silent: bool) -> bool:
    """A heading by the line below it. Of one line only: under several a line of dashes is a rule, as in a sum."""
    below = start + 1
    if below >= stop or state.is_code_block(start) or state.is_code_block(below):
        return False
    if state.sCount[below] < state.blkIndent or not _UNDERLINE.fullmatch(rule := line(state, below)):
        return False
    level = 1 if rule[0] == "=" else 2
    opened = state.push("heading_open", f"h{level}", 1)
    opened.markup, opened.map = rule[0], [start, below + 1]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = line(state, start), [start, below], []
    state.push("heading_close", f"h{level}", -1).markup = rule[0]
    state.line = below + 1
    return True


_PARAGRAPH = ["paragraph", "blockquote", "list"]

RULES: list[tuple[str, BlockRule, list[str]]] = [
    ("math", math_block, _PARAGRAPH),
    ("table", table, ["paragraph"]),
    ("code", code, []),
    ("fence", fence, _PARAGRAPH),
    ("blockquote", _within_limits(blockquote), _PARAGRAPH),
    ("hr", hr, _PARAGRAPH),
    ("list", _within_limits(list_block), ["paragraph", "blockquote"]),
    ("heading", heading, ["paragraph", "blockquote"]),
    ("underlined", underlined, []),
    ("paragraph", paragraph, []),
]
"""In the order in which they are asked; and what each of them ends."""


def use(parser: MarkdownIt) -> None:
    ruler = parser.block.ruler
    for known in ruler.get_all_rules():
        ruler.disable(known)
    for name, rule, ends in RULES:
        ruler.push(f"r1 {name}" if name != "code" else name, rule, {"alt": ends})


def number_items(tokens: Sequence[Token]) -> None:
    """Items have the numbers that were written, but for 1. 1. 1. and 0. 0. 0., which count."""
    open_lists: list[list[Token]] = []
    for token in tokens:
        if token.type.endswith("_list_open"):
            open_lists.append([])
        elif token.type == "list_item_open":
            open_lists[-1].append(token)
        elif token.type.endswith("_list_close"):
            numbers = [int(item.info) for item in open_lists[-1] if item.info]
            counts = set(numbers) in ({0}, {1})
            for before, item, number in zip(numbers, open_lists.pop()[1:], numbers[1:], strict=False):
                if number != before + 1 and not counts:
                    item.attrs["value"] = number


def task(before: Token, token: Token) -> str:
    """How the task stands that an item begins with, which is taken away from its text."""
    found = _TASK.match(token.content) if before.type == "paragraph_open" else None
    if not found:
        return ""
    token.content = token.content[found.end() :]
    return "☐" if found[1] == " " else "☑"
