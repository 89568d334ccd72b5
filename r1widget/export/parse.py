"""`parse`: what a model wrote, as Markdown tokens. Shared by the writers of Markdown and of HTML.

A model's text is read as CommonMark with tables, strikethrough and mathematics. What could act, or could reach beyond
its own turn, is not read as such and stays the text that it is: HTML, link definitions, links to anything but
`https:`, `http:` and `mailto:`.

Models write mathematics as `\\(…\\)`, `\\[…\\]`, `$…$` and `$$…$$`; all become the tokens `math_inline` and
`math_block`, with content that fits one line and that no renderer of Markdown takes for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, table
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from ..turn import Span
from .tex import one_line

MAX_NESTING = 40
MAX_INLINE_MATH = 2000

LABELS = {
    "person": "written by a person",
    "budget": "written by the thinking budget",
    "think_more": "written to make it think more",
    "loop": "written because it repeated itself",
}
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


def parse(text: str) -> list[Token]:
    """The tokens of a tidy text."""
    tokens = _MARKDOWN.parse(text)
    if any(token.level >= MAX_NESTING - 2 for token in tokens):
        tokens = _PLAIN.parse(text)  # the parser drops what is nested deeper; nothing may get lost
    for token in tokens:
        if any(child.level >= MAX_NESTING for child in token.children or ()):
            token.children = [Token("text", "", 0, content=token.content)]  # emphasis nests as deep as it likes
    if "".join(_marks(tokens)) != "".join(_FOREIGN.findall(text)):
        tokens = _PLAIN.parse(text)  # a mark within a link's address, say, wouldn't be seen
    for token in _shown(tokens):
        token.content, token.info = bracketed(token.content), bracketed(token.info)
    return tokens


def bracketed(text: str) -> str:
    """The text without the brackets that are ours: who writes `⟦end⟧` into a text must not be taken for us."""
    return _BRACKETS.sub(lambda found: "[[" if found[0] in "⟦〚" else "]]", text)


def is_language(info: str) -> bool:
    """Whether what stands behind a fence's opening is a language's name; if not, it is shown."""
    return re.fullmatch(r"[\w+#.-]{0,30}", info.strip()) is not None


def _shown(tokens: Sequence[Token], *, images: bool = True) -> Iterator[Token]:
    """The tokens with text that a reader sees, in its order."""
    for token in tokens:
        if token.type == "inline" or (images and token.type == "image"):
            yield from _shown(token.children or (), images=images)
        elif token.content and token.type != "image":
            yield token


def _marks(tokens: Sequence[Token]) -> Iterator[str]:
    """The marks that every writer writes."""
    for token in _shown(tokens, images=False):
        seen = [token.info, token.content] if token.type == "fence" else [token.content, token.info]
        yield from _FOREIGN.findall("".join(seen))


def label(character: str) -> str:
    """What a mark says, in brackets."""
    return f"⟦{LABELS.get(MARKS[character], 'end')}⟧"


def is_safe_link(url: str) -> bool:
    return re.match(r"(?:https?://|mailto:)[^\s<>\"\\`]+$", url, re.IGNORECASE) is not None


def _math_inline(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    found = next((entry for entry in _DELIMITERS if source.startswith(entry[0], start)), None)
    if found is None:
        return False
    opening, closing, token_type = found
    begin = start + len(opening)
    end = _closing(source, begin, closing, min(state.posMax, begin + MAX_INLINE_MATH))
    if end is None:
        return False
    content = source[begin:end]
    if opening == "$" and (content[:1].isspace() or content[-1:].isspace() or source[end + 1 : end + 2].isdigit()):
        return False  # money, as pandoc tells it
    tex = one_line(content)
    if tex is None:
        return False
    if not silent:
        token = state.push(token_type, "math", 0)
        token.content, token.markup = tex, opening
    state.pos = end + len(closing)
    return True


_DELIMITERS = (
    ("$$", "$$", "math_display"),
    ("$", "$", "math_inline"),
    ("\\(", "\\)", "math_inline"),
    ("\\[", "\\]", "math_display"),
)


def _closing(source: str, begin: int, closing: str, stop: int) -> int | None:
    """Where the closing delimiter stands, one behind an odd number of backslashes not counted."""
    at = source.find(closing, begin, stop)
    while at >= 0:
        slashes = len(source[begin:at]) - len(source[begin:at].rstrip("\\"))
        if slashes % 2 == 0:
            return at
        at = source.find(closing, at + 1, stop)
    return None


def _math_block(state: StateBlock, start: int, stop: int, silent: bool) -> bool:
    """`$$` or `\\[` at the start of a line up to its closing at the end of a line; no blank line within."""

    def line(number: int) -> str:
        return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()

    first = line(start)
    opening = first[:2]
    if opening not in ("$$", "\\[") or state.is_code_block(start):
        return False
    closing = "$$" if opening == "$$" else "\\]"
    # Where the search has failed up to a line, it fails from each line before; else many openings cost a square.
    failed: dict[str, int] = state.env.setdefault("unclosed math", {})
    if start < failed.get(closing, -1):
        return False
    content, number = [first[2:]], start
    while closing not in content[-1]:
        number += 1
        if number >= stop or not line(number) or state.sCount[number] < state.blkIndent:
            failed[closing] = number
            return False
        content.append(line(number))
    last, _, rest = content[-1].partition(closing)
    if rest.strip(" .,;"):
        return False
    tex = one_line("\n".join([*content[:-1], last]))
    if tex is None:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.content, token.markup, token.block, token.map = tex, opening, True, [start, number + 1]
        token.info = rest.strip()
        state.line = number + 1
    return True


def _table(state: StateBlock, start: int, stop: int, silent: bool) -> bool:
    """A table, unless a row has more cells than the head: the parser would drop them."""
    widths = []
    for number in range(start, stop):
        row = state.getLines(number, number + 1, state.blkIndent, False).strip()
        if not row:
            break
        if number == start + 1 and not re.fullmatch(r"[-:| \t]+", row):
            return False
        widths.append(len(escapedSplit(row.removeprefix("|").removesuffix("|"))))
    return len(widths) > 1 and max(widths) <= widths[0] and table(state, start, stop, silent)


def _markdown() -> MarkdownIt:
    # js-default has the usual limits of nesting, commonmark's are narrower than what models write in lists.
    options = {"html": False, "linkify": False, "typographer": False, "maxNesting": MAX_NESTING}
    parser = MarkdownIt("js-default", options)
    parser.disable(["reference", "html_block", "html_inline"])
    parser.inline.ruler.before("escape", "math", _math_inline)
    parser.block.ruler.before("table", "math", _math_block, {"alt": ["paragraph", "blockquote", "list"]})
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    return parser


_MARKDOWN = _markdown()
_PLAIN = MarkdownIt("zero")
