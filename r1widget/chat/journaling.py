"""`Journaling`: has what happens in a chat written into the journal. Marks what has changed; the journal's thread does the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import uuid4

from ..conversation import Conversation
from ..conversation.turn import Origin, Turn
from ..journal.book import About, Book
from ..journal.writer import Writer
from ..reasoning import Kind
from .listening import Listener
from .loading import Restored


class Journaling(Listener):
    """Of one chat. A conversation that was cleared stays in the journal as it was, and what comes then is another one."""

    def __init__(
        self, conversation: Conversation, about: About, writer: Writer | None, hear: Callable[[str], None]
    ) -> None:
        """Without a writer it only knows what the conversation is called. `hear` is told what a person should know."""
        self._conversation, self._writer, self._hear = conversation, writer, hear
        self._left: dict[str, Book] = {}  # of turns that were being written when their conversation was cleared
        self.begin(about)

    def begin(self, about: About) -> None:
        """What is marked from now on is of this conversation; what is in it already is in the journal."""
        self.book = Book(about, lambda: self._conversation.leaf, self._hear)
        self.book.know(self._conversation.all_turns)

    @property
    def about(self) -> About:
        return self.book.about

    @about.setter
    def about(self, about: About) -> None:
        self.book.about = about

    def turn_changed(self, turn: Turn) -> None:
        self._mark(turn)

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        self._mark(turn)

    def checked(self, turn: Turn) -> None:
        self._mark(turn)

    def versions_added(self, versions: Sequence[Turn], moved: Sequence[Turn]) -> None:
        for turn in (*versions, *moved):
            self._mark(turn)

    def branch_changed(self) -> None:
        if (leaf := self._conversation.leaf) is not None:
            self._mark(leaf)

    def conversation_ended(self, kept: Restored) -> None:
        self.book.rest(kept.conversation.leaf)

    def cleared(self) -> None:
        self._left |= {turn.id: self.book for turn in self.book.turns if turn.state != "ended"}
        self.begin(replace(self.about, id=uuid4().hex[:12]))

    def _mark(self, turn: Turn) -> None:
        if self._writer is None:
            return
        has_ended = turn.state == "ended"
        if turn in self._conversation:
            book = self.book
        elif (left := self._left.get(turn.id)) is not None:
            book = left
            if has_ended:
                del self._left[turn.id]
        else:
            return
        if book.mark(turn) or has_ended:
            self._writer.mark(book, soon=has_ended)
