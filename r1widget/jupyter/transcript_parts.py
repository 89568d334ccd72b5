"""`TurnTexts`: what a notebook's file keeps of a chat, in parts that change as little as they can. Values only: nothing is shown here.

A notebook can't be told that a text has grown: an output that has changed is sent, drawn and saved as a whole. And what
executes a notebook without a page adds no output to a cell that has ended. So a display makes `PARTS` texts, all but the
first of them empty in a short chat, and a turn moves through them as the conversation grows:

    gathered   up to GATHERED turns each; one that is full never changes again
    newest     the last ended turns, up to NEWEST; when there are more, they go to the end of what is gathered
    unsettled  what is being written, or waits for it, alone: it is sent every few seconds

So a turn costs as much after 500 others as after 20: 14 turns are sent with each, on average, and 177 at most. From turn 545
on, what there is no part for is gathered in the last but one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ..conversation.turn import Turn
from ..export import DRAWN, Reasoning, turn_markdown

PARTS = 4
"""Texts of a chat's display; js/src/chat/live.ts hides as many. JupyterLab shows 50 outputs of a cell: ten chats fit in one."""
NEWEST = 16
GATHERED = 11 * NEWEST

_RULE = "___"


def bounds(settled: int, total: int, parts: int) -> list[int]:
    """Where each of the parts ends, of `total` turns, of which the first `settled` have ended."""
    gathered = max(0, settled - 1) // NEWEST * NEWEST
    ends = [*range(GATHERED, gathered, GATHERED), gathered] if gathered else []
    if len(ends) >= parts:
        ends[parts - 2 :] = [gathered]
    ends += [settled, total] if settled else [total]
    return [*ends[: parts - 1], *[total] * parts][:parts]


def joined(pieces: Sequence[str], *, is_first: bool) -> str:
    """The pieces of a part as its text. One after the other, the texts of all parts are the conversation as it is exported."""
    if not pieces:
        return ""
    return ("" if is_first else f"\n{_RULE}\n\n") + f"\n\n{_RULE}\n\n".join(pieces) + "\n"


class Part(NamedTuple):
    """What one of the texts is made of."""

    pieces: list[str]
    """Markdown of each turn."""
    turns: Sequence[Turn]
    data: dict[str, Any] | None = None
    """What stands beside it, where that isn't of these turns."""

    @property
    def state(self) -> tuple[object, ...]:
        """What has changed where the Markdown may not have: a version that isn't shown is written as well, and a check with its samples."""
        return tuple((each.id, each.state, each.known) for turn in self.turns for each in turn.siblings)


class TurnTexts:
    """The texts of one chat's turns. A turn that has ended is written down once, and again only if it changes. Any thread may
    ask; `reasoning` says how thoughts are shown."""

    def __init__(self, reasoning: Callable[[], Reasoning]) -> None:
        self._reasoning = reasoning
        self._ended: dict[str, _Ended] = {}

    def parts(self, turns: Sequence[Turn], parts: int = PARTS) -> list[Part]:
        """The turns in so many parts. Of each part the newest `DRAWN` characters of thought are Markdown, since
        it is one part at a time that a page draws."""
        settled = next((at for at, turn in enumerate(turns) if turn.state != "ended"), len(turns))
        ends = [0, *bounds(settled, len(turns), parts)]
        return [Part(self._pieces(turns[start:end]), turns[start:end]) for start, end in pairwise(ends)]

    def forget(self) -> None:
        """The conversation was cleared."""
        self._ended.clear()

    def _pieces(self, turns: Sequence[Turn]) -> list[str]:
        reasoning, drawn = self._reasoning(), DRAWN
        pieces: list[str] = []
        for turn in reversed(turns):
            if turn.state != "ended":
                drawn -= len(turn.text("reasoning"))
                pieces.append(turn_markdown(turn, reasoning=reasoning, verbatim=drawn < 0))
                continue
            if (ended := self._ended.get(turn.id)) is None:
                ended = self._ended[turn.id] = _Ended(turn)
            drawn -= ended.length
            pieces.append(ended.written(reasoning, drawn < 0))
        return pieces[::-1]


class _Ended:
    """A turn that has ended, and how it was written down last."""

    __slots__ = ("_as", "_text", "_turn", "length")

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._as: tuple[object, ...] = ()
        self._text = ""
        self.length = len(turn.text("reasoning"))

    def written(self, reasoning: Reasoning, verbatim: bool) -> str:
        turn = self._turn
        # With each version it is said how many there are.
        now = (reasoning, verbatim, len(turn.siblings), turn.finish_reason, turn.error, turn.known)
        if self._as != now:
            self._text = turn_markdown(turn, reasoning=reasoning, verbatim=verbatim)
            self._as = now
        return self._text
