"""`Reply`: drawn ids in, `Delta`s out. When a reply ends and when its thinking is closed is decided here, without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from typing import Literal

from ...conversation.alternatives import Alternative
from ...conversation.turn import Origin
from .. import Delta, Score
from ..text.closing import ThinkingTokens
from ..text.decoding import Decoder
from .thinking import Thinking

End = Literal["stop", "length", "cancelled"]
_END = 2
"""Characters of a text's end that say whether it ends a line, or a paragraph."""


class Reply:
    """One reply while it is written.

    Before each id is drawn, `due` says which ids come first whatever the model thinks (those that close the thinking),
    and `unwanted` which it may not be; `feed` takes what was drawn. `deltas` hands over what has come of it since. After
    `end` nothing is taken.
    """

    def __init__(
        self,
        decoder: Decoder,
        thinking: Thinking,
        words: ThinkingTokens,
        *,
        stops: Set[int],
        controls: Set[int] = frozenset(),
        room: int,
        message: str = "",
        behind: str = "",
        must_answer: bool = False,
    ) -> None:
        """`stops` are ids that end a reply, `controls` all that aren't text; `room` is in tokens; `message` is written before a budget's closing. The reply
        goes on `behind` a text (its end will do), and if it `must_answer`, the model can't end it before it has.
        """
        self.ended: End | None = None
        self._decoder, self._thinking, self._words = decoder, thinking, words
        self._stops, self._controls, self._room, self._message = stops, controls, room, message
        self._never = stops if words.token is None else {*stops, words.token}
        self._behind, self._must_answer = behind, must_answer
        self._goes_on = False
        self._written = 0
        self._ids: list[int] = []  # whose text hasn't come out
        self._scores: list[Score] = []  # of tokens whose text hasn't come out
        self._deltas: list[Delta] = []

    def due(self) -> Sequence[int]:
        """Ids to be read before the next one is drawn; the reply may have ended for lack of room."""
        due: Sequence[int] = ()
        if self.ended is None and not self._decoder.held and (origin := self._thinking.closed_by()):
            due = self._words.closing(self._behind, self._message if origin == "budget" else "")
            self._must_answer = True
            self._insert(due, origin)
        elif self.ended is None and self._goes_on:
            self._flush()
            due = self._words.wait(self._behind)
            self._insert(due, "think_more")
        self._goes_on = False
        if self.ended is None and self._written >= self._room:
            self.end("length")
        return due

    def unwanted(self) -> Set[int]:
        """Ids that may not be drawn: those that would end the reply without an answer, where somebody has asked for one.
        To end the thinking once more is no answer either."""
        return self._never if self._must_answer else frozenset()

    def feed(self, id: int, score: Score) -> bool:
        """Take a drawn id; False if it is taken away, and something else is `due`."""
        if id in self._stops:
            self.end("stop")
            return True
        if id == self._words.token and self._has_room_for(self._words.wait) and self._thinking.goes_on():
            self._goes_on = True
            return False
        self._written += 1
        self._scores.append(self._named(score))
        self._ids.append(id)
        text = self._decoder.feed(id)
        self._thinking.feed(text, 1)
        if text:
            self._say(text, len(self._scores) - self._decoder.held)
        return True

    def end(self, reason: End) -> None:
        """It is over; what was held comes out."""
        if self.ended is None:
            self.ended = reason
            self._flush()
            self._deltas.append(Delta(finish_reason=reason))

    def deltas(self) -> Iterable[Delta]:
        """What has come since this was called last."""
        deltas, self._deltas = self._deltas, []
        return deltas

    def _named(self, score: Score) -> Score:
        """With the texts of its alternatives, which only the reply knows: what a token adds depends on what it follows."""
        if not score.alternatives:
            return score
        return score._replace(alternatives=tuple(map(self._alternative, score.alternatives)))

    def _alternative(self, one: Alternative) -> Alternative:
        if one.id in self._stops:
            return one._replace(role="ends", text=self._decoder.peek(one.id))
        if one.id == self._words.token and self._thinking.is_on:
            return one._replace(role="closes", text=self._words.close)
        # Within a character a reply has no place to which it could be taken back.
        text = "" if self._decoder.held else self._decoder.peek(one.id)
        if one.id in self._controls:
            return one._replace(role="control", text=text)
        return one._replace(role="text" if text else "part", text=text)

    def _has_room_for(self, words: Callable[[str], Sequence[int]]) -> bool:
        return self._written + len(words(self._behind)) < self._room

    def _insert(self, ids: Sequence[int], origin: Origin) -> None:
        """Write what the model didn't choose."""
        text = "".join(map(self._decoder.feed, ids)) + self._decoder.flush()
        self._thinking.feed(text, len(ids))
        self._written += len(ids)
        self._behind = (self._behind + text)[-_END:]
        # An id without text, which some vocabularies have, goes with what follows it: ids are told in their order.
        told = (*self._ids, *ids)
        self._scores.clear()
        self._ids.clear()
        self._deltas.append(Delta(text=text, origin=origin, tokens=len(told), ids=told))

    def _flush(self) -> None:
        """Say what was held: it won't be a whole character any more. Ids without text are told too, and counted."""
        if self._ids:
            self._say(self._decoder.flush(), len(self._scores))

    def _say(self, text: str, tokens: int) -> None:
        self._behind = (self._behind + text)[-_END:]
        if self._must_answer and not self._thinking.is_on and text.strip():
            self._must_answer = False
        self._deltas.append(
            Delta(text=text, tokens=tokens, ids=tuple(self._ids[:tokens]), scores=tuple(self._scores[:tokens]))
        )
        del self._scores[:tokens], self._ids[:tokens]
