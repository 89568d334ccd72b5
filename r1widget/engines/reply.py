"""`Reply`: drawn ids in, `Delta`s out. When a reply ends and when its thinking is closed is decided here, without torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Literal

from . import Delta, Score
from .decoding import Decoder
from .thinking import Thinking

End = Literal["stop", "length", "cancelled"]


class Reply:
    """One reply while it is written.

    Before each id is drawn, `due` says which ids come first whatever the model thinks (those that close the thinking);
    `feed` takes what was drawn. `deltas` hands over what has come of it since. After `end` nothing is taken.
    """

    def __init__(
        self, decoder: Decoder, thinking: Thinking, *, stops: Set[int], closing: Sequence[int], room: int
    ) -> None:
        """`stops` are ids that end a reply, `closing` those that close the thinking; `room` is in tokens."""
        self.ended: End | None = None
        self._decoder, self._thinking = decoder, thinking
        self._stops, self._closing, self._room = stops, closing, room
        self._written = 0
        self._scores: list[Score] = []  # of tokens whose text hasn't come out
        self._deltas: list[Delta] = []

    def due(self) -> Sequence[int]:
        """Ids to be read before the next one is drawn; the reply may have ended for lack of room."""
        due: Sequence[int] = ()
        if self.ended is None and not self._decoder.held and (origin := self._thinking.closed_by()):
            due = self._closing
            text = "".join(map(self._decoder.feed, due)) + self._decoder.flush()
            self._thinking.feed(text, len(due))
            self._written += len(due)
            self._deltas.append(Delta(text=text, origin=origin, tokens=len(due)))
        if self.ended is None and self._written >= self._room:
            self.end("length")
        return due

    def feed(self, id: int, score: Score) -> None:
        """Take a drawn id."""
        if id in self._stops:
            return self.end("stop")
        self._written += 1
        self._scores.append(score)
        text = self._decoder.feed(id)
        self._thinking.feed(text, 1)
        if text:
            self._say(text, len(self._scores) - self._decoder.held)
        return None

    def end(self, reason: End) -> None:
        """It is over; what was held comes out."""
        if self.ended is None:
            self.ended = reason
            if text := self._decoder.flush():
                self._say(text, len(self._scores))
            self._deltas.append(Delta(finish_reason=reason))

    def deltas(self) -> Iterable[Delta]:
        """What has come since this was called last."""
        deltas, self._deltas = self._deltas, []
        return deltas

    def _say(self, text: str, tokens: int) -> None:
        self._deltas.append(Delta(text=text, tokens=tokens, scores=tuple(self._scores[:tokens])))
        del self._scores[:tokens]
