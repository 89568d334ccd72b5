"""`ArithmeticReader`: a text as it comes, and what in it doesn't come out when it is recomputed. Line by line: memory is bounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from ...reasoning.cues import cue_at
from ..finding import Finding, Kind
from . import words
from .equations import Link, links
from .expression import Unclear, worth
from .hypothesis import (
    counts_otherwise,
    defines_operations,
    is_denied,
    is_rounded,
    is_supposed,
    quotations,
)
from .rounding import agree, recomputed
from .tokens import Token, tokens

LINE = 3000
"""Characters of a line that are read at once; a longer one is cut where a sentence ends."""
QUESTION = 20_000
"""Characters of the question in which an equation is looked for."""

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})")
_QUOTE = re.compile(r"[ \t]{0,3}>")
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+•#]+|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+)+")
_SENTENCE = re.compile(r"(?:[.?]|(?<![\d)])!)[\"')\]*_]*\s+|[。！？]")
_GOES_ON = re.compile(r"[ \t]*\n[ \t]*(?=(?:&\s*)?(?:=|≈|\\approx))")
_RUN = re.compile(r"`+")
_SAME_TEXT = str.maketrans({"×": "*", "·": "*", "⋅": "*", "−": "-", "÷": "/", "$": None, "{": None, "}": None})


class ArithmeticReader:
    """Text in, findings out. However it is cut, the same come out."""

    def __init__(self, kind: Kind = "reasoning", question: str = "") -> None:
        self._kind: Kind = kind
        self._question = _same(question[:QUESTION])
        self._silent = counts_otherwise(question[:QUESTION]) or defines_operations(question[:QUESTION])
        self._held = ""
        self._at = 0  # where `_held` begins
        self._fence = ""
        self._cut = False  # whether the line goes on from before
        self._said: set[str] = set()  # in this step

    def feed(self, text: str) -> list[Finding]:
        self._held += text
        return self._read(final=False)

    def flush(self) -> list[Finding]:
        """No more text comes."""
        return self._read(final=True)

    def _read(self, *, final: bool) -> list[Finding]:
        found: list[Finding] = []
        at = 0
        while at < len(self._held):
            end = self._line_end(at, final)
            if end is None:
                break
            found += self._line(self._held[at:end], self._at + at)
            at = end
        self._held = self._held[at:]
        self._at += at
        return found

    def _line_end(self, at: int, final: bool) -> int | None:
        """Where the line ends that begins at `at`; None: not known yet. A line that begins with an equals sign goes on from the
        one before."""
        begin = at
        while True:
            newline = self._held.find("\n", begin, at + LINE)
            if newline < 0:
                break
            rest = self._held[newline + 1 : newline + 40].lstrip(" \t&")
            undecided = rest in ("", "\\") or "\\approx".startswith(rest)
            if undecided and not final and len(self._held) - newline < 40:
                return None
            if not rest.startswith(("=", "≈", "\\approx")) or self._fence:
                return newline + 1
            begin = newline + 1
        if len(self._held) - at >= LINE:
            piece = self._held[at : at + LINE]
            ends = [found.end() for found in _SENTENCE.finditer(piece, LINE // 2)]
            return at + (ends[-1] if ends else LINE)
        return len(self._held) if final else None

    def _line(self, line: str, start: int) -> list[Finding]:
        goes_on, self._cut = self._cut, not line.endswith("\n")
        if not goes_on:
            fence = _FENCE.match(line)
            if self._fence:
                if fence and fence[1].startswith(self._fence) and not line[fence.end() :].strip():
                    self._fence = ""
                return []
            if fence and "`" not in line[fence.end() :]:
                self._fence = fence[1]
                return []
            if not line.strip():
                self._said.clear()
                return []
            if _QUOTE.match(line):
                return []
        elif self._fence:
            return []
        if self._silent or not re.search(r"\d", line):
            return []
        line = _without_code(line)
        quoted = quotations(line)
        found: list[Finding] = []
        at = 0
        for ends in [*(found.end() for found in _SENTENCE.finditer(line)), len(line)]:
            sentence = line[at:ends]
            bullet = 0
            if not at and not goes_on and (marker := _MARKER.match(sentence)):
                sentence = " " * marker.end() + sentence[marker.end() :]
                bullet = marker.end() if marker[0].strip()[-1:] in "*+-" else 0
            words_begin = len(sentence) - len(sentence.lstrip(" *"))
            if cue_at(sentence, words_begin, True) not in (None, "plan"):
                self._said.clear()
            for each in self._sentence(sentence, line[ends : ends + 200]):
                if bullet and each.start <= bullet + 3 and " and " in each.right:
                    continue  # `* 364/365 = …` goes on from the line before
                if not any(begin < at + each.end and at + each.start < end for begin, end in quoted):
                    place = start + at
                    found.append(
                        Finding(each.what, each.kind, place + each.start, place + each.end, each.text, each.right)
                    )
            at = ends
        return found

    def _sentence(self, sentence: str, after: str) -> list[Finding]:
        if not any(sign in sentence for sign in ("=", "≈", "approx", "equal", " is ", "gives", "makes", "等于")):
            return []
        if counts_otherwise(sentence):
            return []
        found: list[Finding] = []
        read = tokens(sentence)
        wrong_until = -1
        about = False
        before: Link | None = None
        for link in links(read):
            chained = before is not None and before.right.end == link.left.end
            about = link.about or (about and chained)
            before = link
            if chained and link.left.start < wrong_until:
                wrong_until = link.right.end
                continue
            finding = self._link(link, sentence, after, about, read)
            if finding is not None:
                wrong_until = link.right.end
                found.append(finding)
        return found

    def _link(self, link: Link, sentence: str, after: str, about: bool, read: list[Token]) -> Finding | None:
        left, right = link.left, link.right
        start, end = left.start, right.end
        try:
            holds = agree(left.tokens, right.tokens, about=about or is_rounded(sentence, start, end))
            if holds or _goes_on(link) or _is_left_alone(link, sentence, read):
                return None
            right_value = recomputed(
                left.tokens, right.tokens, left_is_bare=left.is_bare, right_is_bare=right.is_bare
            )
        except Unclear:
            return None
        if is_supposed(sentence, start, end) or is_denied(sentence[end:] + after):
            return None
        written = sentence[start:end]
        same = _same(written)
        if same in self._said or (self._question and same in self._question):
            return None
        self._said.add(same)
        return Finding("arithmetic", self._kind, start, end, written, right_value)


def _goes_on(link: Link) -> bool:
    """`2 × 3 = 6 + 1 = 7`: who computes like this means the 6."""
    left, right = link.left.tokens, link.right.tokens
    if _begins_with(left, right):
        return True
    runs_on = len(right) > 1 and right[0].sort == "number" and right[1].sort == "op"
    if runs_on and _same_value(left, right[:1]):
        return True
    opening = _last_group(left)
    if opening and _same_value(left[opening:], right[:1] if runs_on else right):
        return True  # `90 + (30 - 15) = 15 + 60`: what is in the bracket
    last = max((at for at, token in enumerate(left) if token.sort == "op" and token.text in "+-"), default=0)
    return runs_on and any(_same_value(left[at + 1 :], right[:1]) for at in (last, _before_last(left, last)) if at)


def _before_last(side: Sequence[Token], last: int) -> int:
    return max((at for at in range(last) if side[at].sort == "op" and side[at].text in "+-"), default=0)


def _last_group(side: Sequence[Token]) -> int:
    """Where the brackets open that the side ends with; 0 where it ends in none, or is one."""
    depth = 0
    for at in range(len(side) - 1, 0, -1):
        depth += {"close": 1, "open": -1}.get(side[at].sort, 0)
        if not depth:
            return at if side[at].sort == "open" else 0
    return 0


def _begins_with(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Whether what is computed on the right is a part of what is to be computed: `1 + 2 + 3 = 1 + 2 = 3, 3 + 3 = 6`."""
    numbers, parts = ([token.text for token in side if token.sort == "number"] for side in (left, right))
    rest = iter(numbers)
    return 1 < len(parts) < len(numbers) and all(part in rest for part in parts)


def _same_value(one: Sequence[Token], other: Sequence[Token]) -> bool:
    try:
        return agree(one, other, about=len(other) == 1)
    except Unclear:
        return False


def _is_left_alone(link: Link, sentence: str, read: list[Token]) -> bool:
    left, right = link.left, link.right
    one, other = worth(left.tokens), worth(right.tokens)
    units = left.units | right.units
    if len(left.units) > 1 or (left.units and right.units and left.units != right.units):
        return True
    if (left.units or right.units) and units:
        if len(left.units) and any(token.text in ("+", "-") for token in left.tokens) and not right.units:
            pass
        if one.low and other.low and one.low > 0 and other.low > 0:
            ratio = one.low / other.low
            if any(ratio in (Fraction(each), Fraction(1, each)) for each in words.CONVERSIONS):
                return True
    if any(token.text == "/" for token in left.tokens) and re.search(r"\bremainder|\bquotient|余", sentence):
        return True
    # A range: `3-5 = 3 days`
    if (
        [token.sort for token in left.tokens] == ["number", "op", "number"]
        and left.tokens[1].text == "-"
        and left.tokens[0].value < left.tokens[2].value
        and other.low > 0
    ):
        return True
    return False


def _same(text: str) -> str:
    return "".join(text.translate(_SAME_TEXT).replace("\\times", "*").replace("\\cdot", "*").split())


def _without_code(line: str) -> str:
    """The line with signs that mean nothing in place of inline code."""
    runs = [(found.start(), found.end()) for found in _RUN.finditer(line)]
    last: dict[int, int] = {}
    for number, (begin, end) in enumerate(runs):
        last[end - begin] = number
    pieces, at, number = [], 0, 0
    while number < len(runs):
        begin, end = runs[number]
        size = end - begin
        if last[size] > number:
            closing = next(each for each in range(number + 1, len(runs)) if runs[each][1] - runs[each][0] == size)
            pieces += [line[at:begin], "\x01" * (runs[closing][1] - begin)]
            at = runs[closing][1]
            number = closing
        number += 1
    return "".join([*pieces, line[at:]])
