"""Which stars and underscores emphasise. docs/markdown.md has the rule in words; js/src/markdown/dialect/emphasis.ts is its mirror.

CommonMark's rule of the two flanks, with two amendments: beside Chinese, Japanese and Korean text it is friendlier
(https://github.com/tats-u/markdown-cjk-friendly, specification.md); and a sign between two operands is a sign of arithmetic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_inline.state_inline import Delimiter

from .characters import after, before, is_cjk, is_letter, is_punctuation, is_space

if TYPE_CHECKING:
    from .inline import InlineState

_IDENTIFIER = re.compile(r"__[A-Za-z][A-Za-z0-9_]*__(?![A-Za-z0-9_])")
_WORD = re.compile(r"[A-Za-z0-9_]")
_ENDS_OPERAND = (set(")]}|%°∞⌋⌉⟩）］｝"), set("$`"))
_BEGINS_OPERAND = (set("([{|√∞⌊⌈⟨（［｛"), set("$`\\"))
"""Beside any run, and beside one star only: `**so**$x$` is no power."""
_ENDS, _BEGINS = set(",;:?)]}"), set("([{^")
"""Before the one nothing opens, behind the other nothing closes: `(*)`, `f(*, a)`, `(_) =>`, `z^*`."""


def emphasis(state: InlineState) -> bool:
    source, start, marker = state.src, state.pos, state.src[state.pos]
    if marker == "_" and not (start > 0 and _WORD.match(source, start - 1)):
        if found := _IDENTIFIER.match(source, start, state.posMax):  # `__init__` is a name
            return state.as_text(found.end())
    opens, closes, length = flanks(source, start, state.posMax)
    if not opens and not closes:
        return state.as_text(start + length)
    for _ in range(length):
        push_delimiter(state, marker, length, opens, closes)
    return True


def push_delimiter(state: InlineState, text: str, length: int, opens: bool, closes: bool) -> None:
    """A sign as text, of which the library makes one of a pair. `length` is that of its run; 0: it fits any."""
    state.push("text", "", 0).content = text
    state.delimiters.append(Delimiter(ord(text[0]), length, len(state.tokens) - 1, -1, opens, closes))
    state.pos += len(text)


def flanks(source: str, start: int, stop: int) -> tuple[bool, bool, int]:
    """Whether the run of signs at `start` can open and can close emphasis, and how long it is."""
    marker, end = source[start], start
    while end < stop and source[end] == marker:
        end += 1
    at, ahead = before(source, start), after(source, end)
    left, right = source[at] if at >= 0 else " ", source[ahead] if ahead < stop else " "
    left_space, right_space = is_space(left), is_space(right)
    if marker != "~" and _is_arithmetic(source, at, left, ahead, right, end - start):
        return False, False, end - start
    # `src/*.py`, `**/*`, `/* a comment */`
    if marker == "*" and ((left_space and right == "/") or (left == "/" and end - start == 1 and not is_letter(right))):
        return False, False, end - start
    left_sign, right_sign = is_punctuation(left), is_punctuation(right)
    left_cjk, right_cjk = is_cjk(left), is_cjk(right)
    opens = not right_space and (not right_sign or right_cjk or left_space or left_sign or left_cjk)
    opens = opens and right not in _ENDS and not (marker == "*" and left in ".^")  # `.*` may repeat
    closes = not left_space and (not left_sign or left_cjk or right_space or right_sign or right_cjk)
    closes = closes and left not in _BEGINS
    if marker == "_":  # not within a word
        opens, closes = opens and (not closes or left_sign), closes and (not opens or right_sign)
    return opens, closes, end - start


def _is_arithmetic(source: str, at: int, left: str, ahead: int, right: str, length: int) -> bool:
    if length > 1 and (is_cjk(left) or is_cjk(right)):
        return False
    ends = is_letter(left) or left in _ENDS_OPERAND[0] or _is_factorial(source, at) or _ends_string(source, at)
    begins = is_letter(right) or right in _BEGINS_OPERAND[0]
    if length == 1:
        ends, begins = ends or left in _ENDS_OPERAND[1], begins or right in _BEGINS_OPERAND[1]
    if (ends and begins) or (left == right and left in "\"'_"):
        return True
    # `2 *3` and `2* 3`: between digits one star is a sign of arithmetic, whatever spaces there are.
    beyond = source[at - 1] if left == " " and at > 0 else left
    following = source[ahead + 1] if right == " " and ahead + 1 < len(source) else right
    return length == 1 and beyond.isdecimal() and following.isdecimal()


def _is_factorial(source: str, at: int) -> bool:
    """`5!`, `(n-1)!`, `n!`; not `Wait!`."""
    if at < 1 or source[at] != "!":
        return False
    operand = source[at - 1]
    return operand == ")" or operand.isdecimal() or (is_letter(operand) and not (at > 1 and is_letter(source[at - 2])))


def _ends_string(source: str, at: int) -> bool:
    """The second quote of `"-"*20`; not that before `"*so*"`."""
    return at > 0 and source[at] in "\"'" and not is_space(source[at - 1]) and source[at - 1] not in "([{:,="
