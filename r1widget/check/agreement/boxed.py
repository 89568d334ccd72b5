r"""`boxed`: what stands in the last `\boxed{}` of an answer; in several, where they are one answer: `\boxed{5} or \boxed{6}`."""

from __future__ import annotations

import re

from .digits import as_ascii
from .unit import unit

MOST = 8
"""Boxes that are looked at, from the end."""
INSIDE = 2000
"""Characters in one."""

_OPENING = re.compile(r"\\(?:boxed|fbox)\{")
_JOINS = re.compile(
    r"(?:[\s$]|\\[)\]]|\\quad)*(?:[,;、&]|and\b|or\b|和|或|及|\\text\{\s*(?:and|or)\s*\})*(?:[\s$,]|and\b|or\b|\\[(\[]|\\quad)*"
    r"(?:[A-Za-z]\w?\s*=\s*)?"
)
_BEHIND = re.compile(
    r"(?:\$|\\[)\]])*(?P<space>[ ]?)\$?(?:(?P<sign>\\?[%‰]|°|\^\{?\\circ\}?)|\\(?:text|mathrm)\{(?P<text>[^{}\n]{1,40})\}|(?P<words>[^\W\d_][^\n.,;:!?()$\\]{0,40}))?"
)
_UNSAID = re.compile(
    r"(?:and|or|is|are|was|were|as|because|since|which|that|for|in|on|at|by|with|to|so|if|when)\b", re.IGNORECASE
)


def boxed(answer: str) -> str | None:
    """None without a box that is closed and holds something."""
    found = list(_boxes(answer))
    if not found:
        return None
    start, end, inside = found[-1]
    together = [inside]
    for before, until, other in reversed(found[:-1]):
        if not _JOINS.fullmatch(answer, until, start):
            break
        together.insert(0, other)
        start = before
    together = [*dict.fromkeys(together)]  # what is only said again is one answer
    return ", ".join(together) if len(together) > 1 else inside + _behind(inside, answer[end : end + 100])


def _boxes(answer: str) -> list[tuple[int, int, str]]:
    r"""Where the last boxes begin and end, with what is in them; of one in another, the outer."""
    starts = [found.start() for found in _OPENING.finditer(answer)][-MOST:]
    boxes: list[tuple[int, int, str]] = []
    for start in starts:
        if boxes and start < boxes[-1][1]:
            continue
        begin = answer.index("{", start) + 1
        depth = 1
        for sign in re.finditer(r"\\.|[{}]", answer[begin : begin + INSIDE], re.DOTALL):
            depth += {"{": 1, "}": -1}.get(sign[0], 0)
            if not depth:
                if inside := _OPENING.sub("{", answer[begin : begin + sign.start()]).strip():
                    boxes.append((start, begin + sign.end(), inside))
                break
    return boxes


def _behind(inside: str, rest: str) -> str:
    """A unit that stands behind the box: `\\boxed{5} million`."""
    found = _BEHIND.match(as_ascii(rest))
    if not found or not re.search(r"\d[%}]?$", inside):
        return ""
    if found["sign"]:
        return found["sign"]
    words = found["text"] or found["words"] or ""
    if not words or (found["words"] and _UNSAID.match(words)):
        return ""
    counted = unit(f"{found['space']}{words}" if found["words"] else f" {words}")
    return "" if counted is not None and not counted.name and counted.factor == 1 else f"\\text{{ {words.strip()}}}"
