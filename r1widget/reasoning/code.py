"""`Code`: whether a place in a streamed Markdown text is inside of code, and what stands before it on its line.

As much of CommonMark as says where tags are quoted: fences of ``` and ~~~, also in lists and quotations, and code spans, which
end with their paragraph. Indented code isn't known: in a list the same indentation is prose.
"""

from __future__ import annotations

import re

_TOKENS = re.compile(r"\n|`+|~+|[^\n`~]+")
_BEFORE_FENCE = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t][\s>]*)*")
_LINE = 80
"""Characters of a line that are looked at for what it begins with."""


class Code:
    """Follows a text by pieces, however it is cut."""

    def __init__(self) -> None:
        self.behind_space = True
        """Whether the last character was white space, or none has come."""
        self._fence: tuple[str, int] | None = None
        self._opening = False  # on the fence's first line
        self._closing = False  # on what may be its last
        self._span = 0  # backticks that opened the code span; 0 outside
        self._run = ("", 0)  # of the same signs, at the end of the text
        self._line = ""

    def advance(self, text: str) -> None:
        for match in _TOKENS.finditer(text):
            token = match.group()
            if token[0] != self._run[0]:
                self._end_run()
            if token[0] in "`~":
                self._run = (token[0], self._run[1] + len(token))
            elif token == "\n":
                self._end_line()
            else:
                self._closing = self._closing and not token.strip()
                self._line += token[: _LINE - len(self._line)]
        if text:
            self.behind_space = text[-1].isspace()

    @property
    def inside(self) -> bool:
        """Whether what comes next, which is no sign of code, is code."""
        self._end_run()
        return self._fence is not None or self._span > 0

    @property
    def at_line_start(self) -> bool:
        """Whether nothing but white space stands before on the line."""
        return not self._run[0] and not self._line.strip()

    def _end_run(self) -> None:
        (sign, count), self._run = self._run, ("", 0)
        if not sign:
            return
        first = _BEFORE_FENCE.fullmatch(self._line) is not None
        self._line += sign
        if self._fence is not None and not (self._opening and sign == self._fence[0] == "`"):
            self._closing = first and not self._opening and sign == self._fence[0] and count >= self._fence[1]
            return
        if self._fence is not None:  # no backtick stands on the first line of a fence of them: it was a span
            self._span, self._fence = self._fence[1], None
        if self._span == count and sign == "`":
            self._span = 0
        elif first and count >= 3:
            self._fence, self._opening, self._span = (sign, count), True, 0
        elif not self._span and sign == "`":
            self._span = count

    def _end_line(self) -> None:
        if self._closing:
            self._fence = None
        if not self._line.strip():
            self._span = 0
        self._opening = self._closing = False
        self._line = ""
