"""`Reading`: a listener that reads what is written as it comes, and tells of what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..check.arithmetic import ArithmeticReader
from ..check.finding import Finding
from ..conversation.turn import Origin, Turn
from ..reasoning import Kind
from .listening import Listener


class Reading(Listener):
    """Of one chat. What it does for a piece of text doesn't depend on how long the text before it is. It hears of everything after
    those whom it tells of what it finds."""

    def __init__(self, tell: Callable[[Turn], object]) -> None:
        """`tell` is called where what is known of a turn has changed."""
        self._tell = tell
        self._readers: dict[str, dict[Kind, ArithmeticReader]] = {}

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        readers = self._readers.setdefault(turn.id, {})
        found: list[Finding] = []
        if kind not in readers:
            for other in [*readers]:  # a thought has come to its end: what was held back can be said
                found += readers.pop(other).flush()
            readers[kind] = ArithmeticReader(kind, turn.question)
            if at:  # a version begins with what it keeps, and a further thought behind the first
                found += readers[kind].feed(turn.text(kind)[:at])
        found += readers[kind].feed(text)
        self._add(turn, found)

    def turn_changed(self, turn: Turn) -> None:
        if turn.state != "ended":
            return
        self._readers.pop(turn.id, None)
        so_far, turn.found_so_far = turn.found_so_far, ()
        if turn.findings or so_far:
            self._tell(turn)

    def versions_added(self, versions: Sequence[Turn], moved: Sequence[Turn]) -> None:
        for turn in versions:
            if turn.state == "ended":
                self.turn_changed(turn)

    def cleared(self) -> None:
        self._readers.clear()

    def _add(self, turn: Turn, found: Iterable[Finding]) -> None:
        new = [each for each in found if each not in turn.found_so_far]
        if new:
            turn.found_so_far = (*turn.found_so_far, *new)
            self._tell(turn)
