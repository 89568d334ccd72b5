"""`ArithmeticReader`: a text as it comes, and what in it doesn't come out when it is recomputed. Line by line: memory is bounded."""

from __future__ import annotations

import re

from ...reasoning.cues import cue_at
from ..finding import Finding, Kind
from .counting import Counting, counting, is_modular
from .equations import Link, links
from .hypothesis import (
    defines_operations,
    is_denied,
    is_rounded,
    is_supposed,
    quotations,
)
from .patience import goes_on, is_left_alone
from .rounding import agree, recomputed
from .spans import Unclear
from .tokens import tokens

LINE = 3000
"""Characters of a line that are read at once; a longer one is cut where a sentence ends."""
QUESTION = 20_000
"""Characters of the question in which an equation is looked for."""

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})")
_QUOTE = re.compile(r"[ \t]{0,3}>")
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+•#]+|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+)+")
_SENTENCE = re.compile(r"(?:[.?]|(?<![\d)])!)[\"')\]*_]*\s+|[。！？]")
_RUN = re.compile(r"`+")
_SAME_TEXT = str.maketrans({"×": "*", "·": "*", "⋅": "*", "−": "-", "÷": "/", "$": None, "{": None, "}": None})


class ArithmeticReader:
    """Text in, findings out. However it is cut, the same come out."""

    def __init__(self, kind: Kind = "reasoning", question: str = "") -> None:
        self._kind: Kind = kind
        self._question = _same(question[:QUESTION])
        self._counting = counting(question[:QUESTION], is_question=True)
        self._silent = self._counting.is_unknown or defines_operations(question[:QUESTION])
        self._held = ""
        self._at = 0  # where `_held` begins
        self._looked = 0  # as far as no line ends in it
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
            self._looked = 0
        self._held = self._held[at:]
        self._at += at
        return found

    def _line_end(self, at: int, final: bool) -> int | None:
        """Where the line ends that begins at `at`; None: not known yet. A line that begins with an equals sign goes on from the
        one before."""
        begin = at + self._looked
        while True:
            self._looked = begin - at
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
        verbatim, line = line, _without_code(line).replace("\n", " ")
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
                        Finding(
                            "arithmetic",
                            self._kind,
                            place + each.start,
                            place + each.end,
                            verbatim[at + each.start : at + each.end],
                            each.right,
                        )
                    )
            at = ends
        return found

    def _sentence(self, sentence: str, after: str) -> list[Finding]:
        if not any(sign in sentence for sign in ("=", "≈", "approx", "equal", " is ", "gives", "makes", "等于", "＝")):
            return []
        if is_modular(sentence):
            return []
        found: list[Finding] = []
        read = tokens(sentence)
        elsewhere = counting(sentence)
        if elsewhere.is_unknown:
            return []
        before: Link | None = None
        about = is_wrong = False
        for link in links(read):
            chained = before is not None and before.right.end == link.left.end
            about = link.about or (about and chained)
            before = link
            if chained and is_wrong:
                continue  # the first wrong link of a chain is reported
            is_wrong = self._is_wrong(link, sentence, after, about, (self._counting, elsewhere))
            if not is_wrong:
                continue
            left, right = link.left, link.right
            start = left.start - 5 * sentence[: left.start].endswith("\\left")  # of `\left(`, which is a bracket
            same = _same(sentence[left.start : right.end])
            if same not in self._said and not (self._question and same in self._question):
                self._said.add(same)
                value = recomputed(left.tokens, right.tokens, left_is_bare=left.is_bare, right_is_bare=right.is_bare)
                found.append(Finding("arithmetic", self._kind, start, right.end, "", value))
        return found

    def _is_wrong(self, link: Link, sentence: str, after: str, about: bool, countings: tuple[Counting, ...]) -> bool:
        left, right = link.left, link.right
        start, end = left.start, right.end
        try:
            if agree(left.tokens, right.tokens, about=about or is_rounded(sentence, start, end)) or goes_on(link):
                return False
            if is_left_alone(link, sentence):
                return False
        except Unclear:
            return False
        if any(each.holds(left.tokens, right.tokens) for each in countings):
            return False
        return not is_supposed(sentence, start, end) and not is_denied(sentence[end : end + 200] + after)


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
