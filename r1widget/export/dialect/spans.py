"""Where code and formulas of a text end. Mirrored in js/src/markdown/dialect/spans.ts.

What is looked for is found once for the whole text, so that a text of nothing but openings takes its time once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from typing import NamedTuple

from .characters import MARK

ENVIRONMENTS = frozenset(
    [
        "align",
        "align*",
        "alignat",
        "alignat*",
        "aligned",
        "alignedat",
        "array",
        "bmatrix",
        "Bmatrix",
        "cases",
        "dcases",
        "eqnarray",
        "eqnarray*",
        "equation",
        "equation*",
        "flalign",
        "flalign*",
        "gather",
        "gather*",
        "gathered",
        "matrix",
        "multline",
        "multline*",
        "pmatrix",
        "rcases",
        "smallmatrix",
        "split",
        "vmatrix",
        "Vmatrix",
    ]
)
"""What is mathematics without a sign that says so. `itemize` and the like aren't."""

_DELIMITERS = (("$$", "$$", True), ("$", "$", False), ("\\(", "\\)", False), ("\\[", "\\]", True))
_COMMAND = re.compile(r"\\(?:(boxed)|([dtc]?frac|[dt]?binom)|(sqrt))(?![A-Za-z])")
_DEGREE = re.compile(r"\[[^\[\]\n]{1,20}\]")
_ENVIRONMENT = re.compile(r"\\(?:(begin|end)\{([A-Za-z]+\*?)\}|[\s\S])")
_BRACE = re.compile(r"\\[\s\S]|[{}]")


class Formula(NamedTuple):
    tex: str
    is_display: bool
    markup: str
    """What it began with; nothing where it began itself."""
    end: int


class Code(NamedTuple):
    text: str
    end: int


class Spans:
    def __init__(self, source: str) -> None:
        self.source = source
        self._next: dict[str, tuple[int, int]] = {}
        """For a sign, from where on it was looked for and where it is."""

    def code(self, start: int, stop: int) -> Code | None:
        """The code that the backticks at `start` open."""
        begin = min(end_of_run(self.source, start), stop)
        runs = self._runs.get(begin - start, [])
        index = bisect_left(runs, begin)
        if index == len(runs) or (end := runs[index] + begin - start) > stop:
            return None
        return Code(self.source[begin : runs[index]], end)

    @cached_property
    def _runs(self) -> dict[int, list[int]]:
        runs: dict[int, list[int]] = {}
        for found in re.finditer("`+", self.source):
            runs.setdefault(found.end() - found.start(), []).append(found.start())
        return runs

    def formula(self, start: int, stop: int) -> Formula | None:
        """The formula that begins at `start`, a `$` or a backslash."""
        for opening, closing, is_display in _DELIMITERS:
            if self.source.startswith(opening, start):
                return self._delimited(start, stop, opening, closing, is_display)
        return self._bare(start, stop)

    def _delimited(self, start: int, stop: int, opening: str, closing: str, is_display: bool) -> Formula | None:
        begin = start + len(opening)
        end = self._find(closing, begin)
        if end + len(closing) > stop or self._find("`", begin) < end:
            return None
        tex = self.source[begin:end]
        if MARK.search(tex):
            return None
        if opening == "$":
            # Money, as pandoc tells it: no space within, no digit behind.
            if not tex or tex[0].isspace() or tex[-1].isspace() or self.source[end + 1 : end + 2].isdecimal():
                return None
            if not is_balanced(tex):
                return None
        if not tex.strip():
            return None
        return Formula(tex, is_display, opening, end + len(closing))

    def _bare(self, start: int, stop: int) -> Formula | None:
        """`\\boxed{…}` and `\\begin{align}…\\end{align}` are formulas by themselves."""
        is_display = self.source.startswith("\\begin{", start)
        end = self._environments.get(start) if is_display else self._end_of_command(start)
        if end is None or end > stop or self._find("`", start) < end or self._find("$", start) < end:
            return None
        if MARK.search(self.source, start, end):
            return None
        return Formula(self.source[start:end], is_display, "", end)

    def _end_of_command(self, start: int) -> int | None:
        found = _COMMAND.match(self.source, start)
        if not found:
            return None
        at = found.end()
        if found[3] and (degree := _DEGREE.match(self.source, at)):
            at = degree.end()
        for _ in range(2 if found[2] else 1):
            group = end_of_run(self.source, at, " ")
            if group in self._braces:
                at = self._braces[group]
            elif not found[1] and re.match("[0-9]", self.source[at : at + 1]):
                at += 1  # `\sqrt2`, as TeX has it
            else:
                return None
        return at

    @cached_property
    def _environments(self) -> dict[int, int]:
        """Where an environment ends, by where it begins."""
        ends: dict[int, int] = {}
        open_ones: dict[str, list[int]] = {}
        for found in _ENVIRONMENT.finditer(self.source):
            if found[1] == "begin":
                open_ones.setdefault(found[2], []).append(found.start())
            elif found[1] and open_ones.get(found[2]):
                begin = open_ones[found[2]].pop()
                if found[2] in ENVIRONMENTS:
                    ends[begin] = found.end()
        return ends

    @cached_property
    def _braces(self) -> dict[int, int]:
        """Where a group ends, by where it begins."""
        ends: dict[int, int] = {}
        open_ones: list[int] = []
        for found in _BRACE.finditer(self.source):
            if found[0] == "{":
                open_ones.append(found.start())
            elif found[0] == "}" and open_ones:
                ends[open_ones.pop()] = found.end()
        return ends

    def _find(self, sign: str, begin: int) -> int:
        """Where `sign` is from `begin` on, not behind an odd number of backslashes; past the end, where it isn't."""
        looked_from, at = self._next.get(sign, (len(self.source), -1))
        if looked_from <= begin <= at:
            return at
        at = self.source.find(sign, begin)
        while at >= 0 and sign != "`" and self._is_escaped(at, begin):
            at = self.source.find(sign, at + 1)
        at = at if at >= 0 else len(self.source) + 1
        self._next[sign] = (begin, at)
        return at

    def _is_escaped(self, at: int, begin: int) -> bool:
        slashes = at
        while slashes > begin and self.source[slashes - 1] == "\\":
            slashes -= 1
        return (at - slashes) % 2 == 1


def is_balanced(tex: str) -> bool:
    depth = 0
    for found in _BRACE.finditer(tex):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth < 0:
            return False
    return depth == 0


@lru_cache(maxsize=64)
def spans_of(source: str) -> Spans:
    """Every rule asks about the same text, one sign after the other."""
    return Spans(source)


def end_of_run(source: str, at: int, sign: str = "`") -> int:
    while source.startswith(sign, at):
        at += 1
    return at
