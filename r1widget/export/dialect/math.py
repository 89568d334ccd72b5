"""Formulas within a line, and those that stand on lines of their own. Mirrored in js/src/markdown/dialect/math.ts.

Their tokens are `math_inline`, `math_display` and `math_block`; the content is the TeX as it was written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import StateBlock

from .characters import MARK
from .spans import ENVIRONMENTS, spans_of

if TYPE_CHECKING:
    from .inline import InlineState

_OPENS = re.compile(r"\$\$|\\\[|\\begin\{([A-Za-z]+\*?)\}")
_SIGN = re.compile(r"\\(?:(?:begin|end)\{[A-Za-z]+\*?\}|[\s\S])|\$\$|`")


def math(state: InlineState) -> bool:
    formula = spans_of(state.src).formula(state.pos, state.posMax)
    if formula is None:
        return False
    token = state.push("math_display" if formula.is_display else "math_inline", "math", 0)
    token.content, token.markup = formula.tex, formula.markup
    state.pos = formula.end
    return True


def math_block(state: StateBlock, start: int, stop: int, silent: bool) -> bool:
    """From the start of a line to the end of a line, which may have a full stop or the like; no blank line within."""
    first = line(state, start)
    opening = _OPENS.match(first)
    if not opening or state.is_code_block(start) or (opening[1] and opening[1] not in ENVIRONMENTS):
        return False
    begin, end = opening[0], opening[0].replace("begin", "end").replace("\\[", "\\]")
    # Where the search has failed up to a line, it fails from each line before; else many openings cost a square.
    failed: dict[str, int] = state.env.setdefault("unclosed math", {})
    if start < failed.get(end, -1):
        return False
    content, number, depth = [first[len(begin) :]], start, 0
    closing: re.Match[str] | None = None
    while closing is None:
        for found in _SIGN.finditer(content[-1]):
            sign = found[0]
            depth += {begin: 1, end: -1}.get(sign, 0) if opening[1] else 0
            if sign == "`" or (sign == end and (depth < 0 or not opening[1])):
                closing = found
                break
        if closing:
            break
        number += 1
        if number >= stop or not line(state, number) or state.sCount[number] < state.blkIndent:
            failed[end] = number
            return False
        content.append(line(state, number))
    if closing[0] == "`":
        return False
    last = content.pop()
    rest = last[closing.end() :].strip()
    inside = "\n".join([*content, last[: closing.start()]])
    if not re.fullmatch("[.,;:]?", rest) or not inside.strip() or MARK.search(inside):
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.content = f"{begin}{inside}{end}" if opening[1] else inside
        token.map = [start, number + 1]
        token.markup, token.info = "" if opening[1] else begin, rest
        state.line = number + 1
    return True


def line(state: StateBlock, number: int) -> str:
    """The line, without what belongs to the list or quote that it is in."""
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()
