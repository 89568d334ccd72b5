"""`StepSplitter`: cuts a thought into steps, by what stands on its surface. Mirrors js/src/thought/steps.ts.

A step begins at each paragraph of prose, and within a paragraph at a sentence or a line that begins with a word of turning:
"Wait", "Alternatively", "So", "Let me check". These are *surface cues*: they say what the text looks like, not what
the model does. What is not a paragraph of prose (a list, a table, code, a displayed formula, a quotation) belongs to
the step before it and is never cut.

    I need 17 × 24. ‖ So that is 340 + 68. ‖ Wait, let me check that.\\n\\n ‖ First, 17 × 20 is 340.

`Step` is the value; what a step cost is in conversation/timeline.py. Nothing here knows of a turn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .cues import StepKind, cue_at

_DULL = re.compile(r"[^\n.?!。！？`*]+")
_ENDS, _CJK_ENDS = ".?!", "。！？"
_CLOSERS = ")]\"'”’»」』）"
_SPACE = " \t\r"

_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_FENCE_END = re.compile(r"(`+|~+)[ \t\r]*$")
_ITEM = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t\r]|$)")
_RULE = re.compile(r"[-*_ \t\r]{3,}$")
_HEADING = re.compile(r"#{1,6}(?:[ \t\r]|$)")
_OTHER = re.compile(r"[|>]|\$\$|\\\[")
_UNDECIDED = re.compile(r"(?:[-*_ \t\r]+|\+|[0-9]{1,9}[.)]?|#{1,6}|\$|\\|(?:`{1,2}|~{1,2})|(?:```|~~~).*)$", re.DOTALL)
"""The whole of a line so far, where what comes next decides which of the above it is: each of them has its beginnings here."""


@dataclass(frozen=True)
class Step:
    """A step of a thought. The steps of a turn, put together, are its `reasoning`."""

    text: str
    kind: StepKind
    """By its first words alone: "check" where it begins with "Wait", "alternative", "conclusion", "plan", or "step"."""
    start: int
    """Where it begins, in characters of `turn.reasoning`."""
    end: int
    """`turn.reasoning[start:end] == text`."""
    tokens: int | None = None
    """Tokens it took; None where nobody counted."""
    seconds: float | None = None
    """Seconds it took."""


class StepSplitter:
    """Text in, pieces of steps out: `(kind, text)` where a step begins, `(None, text)` where one goes on.

    However the text comes, whole or by character, the same steps come out. What could still become a cue is held back:
    at most a few words.
    """

    def __init__(self) -> None:
        self._held = ""
        self._at_line = True
        self._first = True
        self._blank = True  # whether a blank line, or nothing, is before this line
        self._prose = False
        self._list = False
        self._fence = ""
        self._cuttable = False  # whether this line may be cut
        self._code = self._bold = self._star = False
        self._ended: Literal["", "sentence", "gap"] = ""

    def feed(self, text: str) -> list[tuple[StepKind | None, str]]:
        self._held += text
        return self._cut(final=False)

    def flush(self) -> list[tuple[StepKind | None, str]]:
        """No more text comes: what was held back."""
        return self._cut(final=True)

    def _cut(self, *, final: bool) -> list[tuple[StepKind | None, str]]:
        text, size = self._held, len(self._held)
        pieces: list[tuple[StepKind | None, str]] = []
        kind: StepKind | None = None  # of the piece that begins at `start`
        start = at = 0
        while at < size:
            if self._at_line:
                decided = self._line(text, at, final)
                if decided is None:
                    break
                begins, to = decided
            else:
                begins, to = self._within(text, at, final)
                if to < 0:
                    break
            if begins:
                if at > start:
                    pieces.append((kind, text[start:at]))
                kind, start = begins, at
            at = to
        if at > start:
            pieces.append((kind, text[start:at]))
        self._held = text[at:]
        return pieces

    def _line(self, text: str, at: int, final: bool) -> tuple[StepKind | None, int] | None:
        """A line begins at `at`: whether a step begins with it, and from where to go on. None: not decided yet."""
        if self._first:
            # White space before the first word belongs to the first step, which has the kind of that word.
            word = len(text) - len(text[at:].lstrip(_SPACE + "\n"))
            at = max(at, text.rfind("\n", at, word) + 1)
        newline = text.find("\n", at)
        complete = newline >= 0 or final
        line = text[at : newline if newline >= 0 else len(text)]
        body = line.lstrip(_SPACE)
        indent = len(line) - len(body)
        if not body:
            if newline < 0:
                return ("step" if self._first else None, len(text)) if final else None
            self._blank, self._code, self._bold = True, False, False
            return None, newline + 1
        if self._fence:
            ends = _FENCE_END.match(body)
            if ends and not complete:
                return None
            if ends and ends[1].startswith(self._fence):
                self._fence = ""
            return self._passes(at + len(line))
        if not complete and _UNDECIDED.match(body):
            return None
        if fence := _FENCE.match(body):
            self._fence = fence[1] or fence[2]
            return self._passes(at + len(line))
        if _RULE.match(body) or _ITEM.match(body):
            self._list = self._list or bool(_ITEM.match(body))
            return self._passes(at + len(line))
        if _OTHER.match(body) or (indent and (self._list or indent > 3 or "\t" in line[:indent])):
            return self._passes(at + len(line))
        heading = _HEADING.match(body)
        cue = None if heading else cue_at(text, at + indent, complete and newline < 0)
        if cue == "":
            return None
        fresh = self._blank or self._first or bool(heading)
        if not fresh and not self._prose:  # a line of the list, or of the table, before it
            return self._passes(at + len(line))
        if fresh:
            self._list = False
        begins: StepKind | None = (cue or "step") if fresh else None
        if not fresh and cue and cue != "plan" and not (self._code or self._bold):
            begins = cue
        self._first = self._blank = False
        self._prose, self._at_line, self._cuttable = not heading, False, not heading
        self._ended, self._star = "", False
        return begins, at + indent

    def _passes(self, to: int) -> tuple[StepKind | None, int]:
        """The line is no prose: it goes by as it is."""
        begins: StepKind | None = "step" if self._first else None
        self._first = self._blank = self._prose = self._at_line = self._cuttable = False
        return begins, to

    def _within(self, text: str, at: int, final: bool) -> tuple[StepKind | None, int]:
        """In a line, at `at`: whether a step begins here, and from where to go on; -1: not decided yet."""
        char = text[at]
        if char == "\n":
            self._at_line, self._ended, self._star = True, "", False
            return None, at + 1
        if not self._cuttable:
            newline = text.find("\n", at)
            return None, newline if newline >= 0 else len(text)
        begins: StepKind | None = None
        if self._ended:
            if char in _SPACE:
                self._ended = "gap"
                return None, at + 1
            if self._ended == "gap":
                cue = None if self._code or self._bold else cue_at(text, at, final)
                if cue == "":
                    return None, -1
                begins = cue if cue != "plan" else None
                self._ended = ""
            elif char not in _CLOSERS and char not in "*_" and char not in _ENDS:
                self._ended = ""
        if char == "`":
            self._code = not self._code
        if char == "*" and self._star:
            self._bold = not self._bold
        self._star = char == "*" and not self._star
        if char in _ENDS:
            self._ended = "sentence"
        elif char in _CJK_ENDS:
            self._ended = "gap"  # Chinese sentences follow one another without a space
        elif char != "*" and not self._ended and (dull := _DULL.match(text, at)):
            return begins, dull.end()
        return begins, at + 1
