"""`parse`: what a model wrote, as the tokens of `dialect`, and whose text it is. Shared by the writers of Markdown and HTML.

What the model did not write stands between noncharacters, which are text to the parser and marks to the writers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from ..conversation.outcome import for_readers
from ..conversation.turn import Span, Turn
from ..reasoning import Kind
from .dialect import tokens_of

LABELS = for_readers("origins")
"""What the marks say around text that the model did not write."""

MARKS = {"\ufdd0": "person", "\ufdd1": "budget", "\ufdd2": "think_more", "\ufdd4": "loop", "\ufdd3": ""}
"""Unicode noncharacters that stand for the beginning of a foreign span, and the end of any, in a text to be parsed."""

_FOREIGN = re.compile("[" + "".join(MARKS) + "]")
_BRACKETS = re.compile("[⟦⟧〚〛]")  # ours, and those that look the same

_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0)], "\ufffd")
_CONTROL.update({ord("\t"): "\t", ord("\n"): "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"})


def tidy(text: str) -> str:
    """The text with line ends of one kind, and no control characters (nor noncharacters that we use as marks)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)


def marked(spans: Sequence[Span]) -> str:
    """The spans as one tidy text, with marks around what the model did not write."""
    text = ""
    begins: dict[str, str] = {origin: mark for mark, origin in MARKS.items()}
    for span in spans:
        piece = tidy(span.text)
        if span.origin == "model" or not piece.strip():
            text += piece
            continue
        body = piece.strip()
        before, after = piece[: piece.index(body)], piece[piece.index(body) + len(body) :]
        # A mark at the start of a paragraph stands in a paragraph of its own: it would hide a list's or a fence's sign.
        own = not (text + before).strip() or (text + before).endswith("\n\n")
        if not own and (text + before).endswith("\n") and body.startswith(("```", "~~~", "$$", "\\[")):
            own, before = True, before + "\n"
        text += before + begins[span.origin] + ("\n\n" if own else "") + body
        text += ("\n\n" if "\n\n" in after else "") + begins[""] + after
    return text


def source(turn: Turn, kind: Kind) -> str:
    """All that a turn has of one kind, as `parse` takes it."""
    return marked(turn.spans_of(kind)).strip("\n").rstrip()


def parse(text: str) -> list[Token]:
    """The tokens of a tidy text."""
    tokens = tokens_of(text)
    if "".join(_marks(tokens)) != "".join(_FOREIGN.findall(text)):
        tokens = _plain(text)  # a mark within a link's title, say, wouldn't be seen
    for token in _shown(tokens):
        token.content, token.info = bracketed(token.content), bracketed(token.info)
        if "title" in token.attrs:
            token.attrs["title"] = bracketed(str(token.attrs["title"]))
    return tokens


def _plain(text: str) -> list[Token]:
    """Paragraphs and lines, and nothing else."""
    tokens: list[Token] = []
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n")):
        lines = [Token("text", "", 0, content=line.strip(" \t")) for line in paragraph.split("\n")]
        children = [token for line in lines for token in (Token("hardbreak", "br", 0), line)][1:]
        tokens += [
            Token("paragraph_open", "p", 1, block=True),
            Token("inline", "", 0, content=paragraph, children=children, level=1, block=True),
            Token("paragraph_close", "p", -1, block=True),
        ]
    return tokens


def bracketed(text: str) -> str:
    """The text without the brackets that are ours: who writes `⟦end⟧` into a text must not be taken for us."""
    return _BRACKETS.sub(lambda found: "[[" if found[0] in "⟦〚" else "]]", text)


def language(info: str) -> tuple[str, str]:
    """Of what stands behind a fence's opening, the language, and what a reader is to see besides.

    An unclosed fence has prose there; its first word is no language.
    """
    found = re.match(r"(\{?\.?)([\w+#-][\w+#.-]{0,29})", info := info.strip())
    if not found:
        return "", info
    rest = info[found.end() :]
    signs = [re.search(r"[={}\[\]\"':]", word) for word in rest.split()]
    if not found[1] and rest[:1].strip() == "" and all(signs):
        return found[2], rest.strip()
    return found[2] if any(signs) or (len(signs) < 2 and found[2][0].islower()) else "", info


def _shown(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens with text that a reader sees, in its order."""
    for token in tokens:
        if token.type == "inline":
            yield from _shown(token.children or ())
        elif token.content or token.info or "title" in token.attrs:
            yield token


def _marks(tokens: Sequence[Token]) -> Iterator[str]:
    """The marks that every writer writes."""
    for token in _shown(tokens):
        seen = [token.info, token.content] if token.type == "fence" else [token.content, token.info]
        yield from _FOREIGN.findall("".join(seen))


def label(character: str) -> str:
    """What a mark says, in brackets."""
    return f"⟦{LABELS.get(MARKS[character], 'end')}⟧"
