"""`emphasised`: emphasis in Markdown, by signs where any reader of CommonMark reads them so, and else by elements.

What we read beside Chinese or Japanese text, and within words, is more than others do: `dialect/emphasis.py`.
"""

from __future__ import annotations

import unicodedata

_SIGNS = {"strong": ("**", "strong"), "em": ("*", "em"), "s": ("~~", "del")}


def emphasised(kind: str, inner: str, before: str, after: str, *, alone: bool) -> str:
    """`inner` between what stands before and after it. `alone`: neither in emphasis nor with some in it."""
    sign, tag = _SIGNS[kind]
    touches = sign[0] in (before, after, inner[0], inner[-1])
    opens, opener_closes = _flanks(before, inner[0])
    closer_opens, closes = _flanks(inner[-1], after)
    # A sign that could both open and close finds its partner only where there is no other.
    if opens and closes and not touches and (alone or not (opener_closes or closer_opens)):
        return f"{sign}{inner}{sign}"
    return f"<{tag}>{inner}</{tag}>"


def _flanks(left: str, right: str) -> tuple[bool, bool]:
    """Whether signs between the two can open and can close, as CommonMark has it. Nothing counts as white space."""
    left_space, right_space = not left or left.isspace(), not right or right.isspace()
    left_sign, right_sign = _is_sign(left), _is_sign(right)
    opens = not right_space and (not right_sign or left_space or left_sign)
    closes = not left_space and (not left_sign or right_space or right_sign)
    return opens, closes


def _is_sign(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] in "PS"
