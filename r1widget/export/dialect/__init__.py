"""The Markdown that models write, as tokens: docs/markdown.md describes it, js/src/markdown/dialect reads it by the same rules.

Both sides run the algorithm of markdown-it (the page the original, we its port) with a few rules of our own, one a file
and of the same names; `tests/wire/markdown.json` holds them together. Nothing here knows what becomes of the tokens.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from . import address, blocks
from .inline import Inline
from .references import references
from .spans import spans_of

__all__ = ["tokens_of"]


class _Parser(MarkdownIt):
    """The library's, with our rules and our addresses."""

    def __init__(self) -> None:
        super().__init__("zero", {"maxNesting": blocks.MAX_NESTING})
        blocks.use(self)
        self.inline = Inline()

    def normalizeLink(self, url: str) -> str:
        return address.encode(url)

    def normalizeLinkText(self, link: str) -> str:
        return link

    def validateLink(self, url: str) -> bool:
        return address.is_safe(url)


_PARSER = _Parser()


def tokens_of(source: str) -> list[Token]:
    """The tokens of a text whose lines end in `\\n`."""
    tokens: list[Token] = []
    env: dict[str, object] = {}
    _PARSER.block.parse(source.replace("\0", "\ufffd"), _PARSER, env, tokens)
    blocks.number_items(tokens)
    env["references"] = references(tokens)
    for index, token in enumerate(tokens):
        if token.type != "inline":
            continue
        stands = blocks.task(tokens[index - 1], token) if tokens[index - 2].type == "list_item_open" else ""
        token.children = _PARSER.inline.parse(token.content, _PARSER, env, [])
        if stands:
            token.children.insert(0, Token("task", "", 0, content=stands))
    spans_of.cache_clear()  # no cache holds what a model wrote
    return tokens
