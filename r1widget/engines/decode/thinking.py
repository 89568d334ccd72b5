"""`Thinking`: whether the model is thinking, and whether it should come to its answer now."""

from __future__ import annotations

from typing import Literal

from ...reasoning import ReasoningSplitter
from .. import Request


class Thinking:
    """Follows a reply's text and says when the thinking is to be closed.

    It is decided on the text, as everywhere in r1widget, not on token ids: a model may write a tag in pieces.
    `room` is how many tokens the reply has at most, `closing` how many the closing takes. A budget that leaves no room
    for an answer is cut so that an eighth of the room is left. What was there before counts for neither.
    """

    def __init__(self, splitter: ReasoningSplitter, request: Request, *, room: int, closing: int) -> None:
        """`splitter` is where the reply begins."""
        self._splitter, self._request = splitter, request
        budget = request.settings.thinking_budget
        self._most = None if budget is None else max(0, min(budget, room - closing - max(1, room // 8)))
        self._room, self._closing = room, closing
        self._spent = self._written = 0

    def feed(self, text: str, tokens: int) -> None:
        """Text that the reply got, and the tokens that it took; text may be empty while a character is incomplete."""
        self._splitter.feed(text)
        self._written += tokens
        self._spent += tokens if self._splitter.is_thinking else 0

    @property
    def is_on(self) -> bool:
        """Whether the reply is inside its thought."""
        return self._splitter.is_thinking

    def goes_on(self) -> bool:
        """Whether the closing that the model has come to is to be taken away; asking uses the wish up."""
        if not self.is_on or not self._request.think_more.is_set():
            return False
        self._request.think_more.clear()
        return True

    def closed_by(self) -> Literal["person", "budget", "loop"] | None:
        """Who wants the thinking closed here; None while it may go on, or has ended, or no room is left to close it."""
        if not self._splitter.is_thinking or self._written + self._closing >= self._room:
            return None
        if self._request.answer_now.is_set():
            return "person"
        if self._request.looping.is_set():
            return "loop"
        return "budget" if self._most is not None and self._spent >= self._most else None
