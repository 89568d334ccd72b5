"""`Lasting`: a chat that outlives its kernel: where it is kept, and how it comes back. A half of a `Chat`, as steering is."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from typing import Any, Literal

from typing_extensions import Self

from ..conversation import Conversation
from ..conversation.turn import Turn
from ..engines import Engine
from ..errors import ConversationError
from ..export.stored import branch_data
from ..journal import history
from ..journal.book import About
from ..journal.writer import writer
from .counting import count_all
from .journaling import Journaling
from .loading import Restored, found, model_of, told_of
from .noting import Noting

KeptIn = Literal["journal", "nowhere", "off"]

_NOWHERE = "This conversation is kept nowhere, so a new chat would lose it."


class Lasting(Noting):
    """What a chat has in this machine's history, and in files."""

    model_name: str

    @classmethod
    def load(
        cls,
        source: str | os.PathLike[str],
        model: str | os.PathLike[str] | Engine | None = None,
        *,
        name: str | None = None,
        **options: Any,
    ) -> Self:
        """A conversation again: by its id in the history (`r1widget history`), or the beginning of that, which goes on; or from a
        `.json` or `.ipynb`, of which a new one is made. `name` says which, where a notebook has several.

        It goes on with the model that it was with, unless another is given. `options` are those of `Chat(…)`.
        """
        kept = found(source, name)
        chat = cls(**{**model_of(kept.about, model), **options})
        chat.restore(kept)
        return chat

    @property
    def id(self) -> str | None:
        """Of the conversation in this machine's history; None where nothing is kept of it. `clear` begins another one."""
        return self._journaling.about.id if self._journaling and self._kept == "journal" else None

    @property
    def kept(self) -> KeptIn:
        """`"journal"`; `"nowhere"` with `keep=False`; `"off"` where the environment says so."""
        return self._kept

    def restore(self, kept: Restored) -> None:
        """Go on with a conversation that was kept, in place of this one, which must be empty."""
        with self.acting:
            self.conversation.take_over(kept.conversation)
            if self._journaling is not None:
                mine = self._journaling.about
                self._journaling.begin(replace(kept.about, id=kept.about.id if kept.goes_on else mine.id))
            self._listeners.tell("restored")
        count_all(self.conversation, lambda turn: self._listeners.tell("checked", turn))

    def new_chat(self) -> None:
        """End this conversation and begin another, with the same model and settings. What runs is stopped first. The one before stays
        in this machine's history, and whatever shows the chat offers to go on with it, until the next question.

        `ConversationError` where nothing is kept: `keep=False`, or a history that is off.
        """
        if not self.conversation.all_turns:
            return
        if self._journaling is None or self._kept != "journal":
            raise ConversationError(_NOWHERE, "Export it first, or clear().")
        with self.acting:
            self.generation.stop()
            self.stop_checks()
            ended = Conversation()
            ended.take_over(self.conversation)
            kept = Restored(self._journaling.about, ended, goes_on=True, at=datetime.now(timezone.utc))
            self._listeners.tell("conversation_ended", kept)
            self._listeners.tell("cleared")

    def clear(self) -> None:
        """Stop everything and empty the chat. In this machine's history the conversation stays; `forget` takes it out of there, too."""
        with self.acting:
            self.generation.stop()
            self.stop_checks()
            self.conversation.clear()
            self._listeners.tell("cleared")

    def forget(self) -> None:
        """Stop everything, empty the chat, and take the conversation out of this machine's history, for good."""
        forget = self.forgetting()
        self.clear()
        forget()

    def forgetting(self) -> Callable[[], None]:
        """What takes the conversation that is here now out of the history, whenever it is called. `HistoryError` where it can't be."""
        book = self._journaling.book if self._journaling is not None and self._kept == "journal" else None

        def forget() -> None:
            if book is not None and not book.is_empty:
                try:
                    history.drop(book.about.id)
                finally:
                    book.is_forgotten = True  # also where the file can't be changed now: nothing comes to what it has

        return forget

    def placed(self, **where: Any) -> None:
        """Where it was made (`notebook`, `cell`) and what it is called there (`name`), for who looks for it again."""
        if self._journaling is not None:
            self._journaling.about = replace(self._journaling.about, **where)

    def data_of(self, turns: Sequence[Turn]) -> dict[str, Any]:
        """Turns of the active branch, with their versions, as a notebook's file has them, to be read again."""
        return branch_data(self.about, self.conversation, turns)

    @property
    def about(self) -> dict[str, Any]:
        """What a file says of the conversation beside its turns: `model`, and its `chat` (id) and `name`. No key, no address."""
        return told_of(self._journaling.about if self._journaling else None, self.model_name)

    def _keep(self, model: Mapping[str, Any] | None) -> None:
        """Have it kept, where that is wanted and somebody keeps. Last of all that listen: the others are what a person sees."""
        keeper = writer() if model is not None else None
        self._kept: KeptIn = "nowhere" if model is None else "off" if keeper is None else "journal"
        self._journaling: Journaling | None = None
        if model is not None:
            said = partial(self._listeners.tell, "noted")
            self._journaling = Journaling(self.conversation, About(model=model), keeper, said)
            self._listeners.add(self._journaling)
