"""What a notebook had before this kernel: under a name, or in a cell. Of the journal, or else of the notebook's own file."""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..chat import Chat
from ..chat.loading import Restored, changed
from ..conversation import Conversation
from ..engines import Engine
from ..errors import ConversationError, R1WidgetError, SettingsError
from ..export import stored
from ..journal import history
from ..journal.book import About
from ..journal.place import place
from .kernel import notebook_path, this_run

logger = logging.getLogger("r1widget")


@dataclass(frozen=True)
class Where:
    """Where a chat is made."""

    notebook: str | None
    cell: str | None

    @classmethod
    def here(cls) -> Where:
        run = this_run()
        return cls(notebook_path(), run.cell if run else None)


class Named:
    """The chats of this kernel that have a name: who names one again in the same notebook gets another view of it."""

    def __init__(self) -> None:
        self._chats: weakref.WeakValueDictionary[tuple[str, str], Chat] = weakref.WeakValueDictionary()

    def find(self, where: Where, name: str, model: str | os.PathLike[str] | Engine | None) -> Chat | None:
        """None where there is none, or where it is to go on with another model."""
        chat = self._chats.get((where.notebook or "", name))
        return chat if chat is not None and (model is None or _is_with(chat, model)) else None

    def put(self, where: Where, name: str, chat: Chat) -> None:
        self._chats[where.notebook or "", name] = chat


named = Named()


def place_chat(chat: Chat, where: Where, name: str | None) -> Restored | None:
    """Have a new chat known by its notebook and cell. One with a name goes on with what the notebook has of that name; for
    another, what its cell had is given back."""
    if chat.kept == "nowhere":
        if name is None:
            return None
        raise SettingsError(
            "A chat that isn't kept can't be found again by its name.", "Leave out name= or keep=False."
        )
    chat.placed(notebook=where.notebook, cell=where.cell, name=name)
    if name is None:
        return before(where, but=chat.id)
    if (restored := before(where, name=name, but=chat.id)) is not None:
        chat.restore(restored)
    named.put(where, name, chat)
    return None


class Before:
    """What the cell of a new chat had, or a chat before `new_chat`, as long as the chat is empty: a person may go on with it, or
    look at it."""

    def __init__(self, chat: Chat, restored: Restored | None, changed: Callable[[dict[str, Any]], None]) -> None:
        """`changed` is told what a page is to know of it; an empty dictionary where there is nothing."""
        self._chat, self._restored, self._changed = chat, restored, changed
        self._changed(told(restored) if restored else {})

    def offer(self, kept: Restored) -> None:
        """The chat, which is empty now, had this."""
        self._restored = kept
        self._changed(told(kept))

    @property
    def conversation(self) -> Conversation:
        return self._found.conversation

    def restore(self) -> None:
        """Go on with it, in this chat."""
        found = self._found
        self._chat.restore(found)
        self.forget()

    def forget(self) -> None:
        """The chat goes its own way."""
        if self._restored is not None:
            self._restored = None
            self._changed({})

    @property
    def _found(self) -> Restored:
        if self._restored is None:
            raise ConversationError(
                "This chat has begun, so it doesn't go on with what the cell had before.",
                "`r1widget history list` has it; Chat.load(id) goes on with it.",
            )
        return self._restored


def before(where: Where, *, name: str | None = None, but: str | None = None) -> Restored | None:
    """What the notebook had under this name, or, without one, in this cell; None where it had nothing, or nobody knows which
    notebook it is. `but` is the id of the chat that asks. What can't be read is as if it weren't there: it is logged."""
    if where.notebook is None or (name is None and where.cell is None):
        return None
    try:
        return _of_journal(where, name, but or "") or _of_file(where, name, but or "")
    except (R1WidgetError, OSError):
        logger.warning("what this notebook had before can't be read", exc_info=True)
        return None


def told(before: Restored) -> dict[str, Any]:
    """What a page is told of it: how many turns, when, and whether the last was cut off."""
    turns = before.conversation.turns
    last = turns[-1]
    return {
        "turns": len(turns),
        "at": before.at.isoformat(timespec="seconds"),
        "interrupted": "interrupted" in last.record,
    }


def _is_with(chat: Chat, model: str | os.PathLike[str] | Engine) -> bool:
    return isinstance(model, (str, os.PathLike)) and chat.is_with(os.fspath(model))


def _of_journal(where: Where, name: str | None, but: str) -> Restored | None:
    if place() is None or where.notebook is None:
        return None
    kept = history.newest(where.notebook, name=name, cell=None if name else where.cell, but=but)
    if kept is None:
        return None
    kept, conversation = history.restore(kept.id)
    return Restored(kept.about, conversation, goes_on=True, at=kept.changed)


def _of_file(where: Where, name: str | None, but: str) -> Restored | None:
    """Of the file as it was saved last. The journal's is newer, where it has that conversation and the notebook was moved: then
    there is no file any more where it was. A copy of a notebook begins with what was there, and goes its own way."""
    path = Path(where.notebook or "")
    if not path.is_file() or stored.MIME.encode() not in path.read_bytes():
        return None
    for each in reversed(stored.conversations_in(path)):
        fits = each.name == name if name is not None else where.cell in each.cells and each.name is None
        if not fits or each.id == but or not each.conversation.turns:
            continue
        if each.id is not None and (moved := _moved(each.id, where)) is not None:
            return moved
        about = About(model=each.model, name=each.name, notebook=where.notebook, cell=where.cell)
        return Restored(about, each.conversation, goes_on=False, at=changed(each.conversation))
    return None


def _moved(id: str, where: Where) -> Restored | None:
    """The journal's conversation, if it was of a notebook that isn't there any more: then that is this one."""
    if place() is None:
        return None
    try:
        kept, conversation = history.restore(id)
    except R1WidgetError:
        return None  # of another machine, or forgotten
    if kept.about.notebook is not None and os.path.exists(kept.about.notebook):
        return None
    return Restored(replace(kept.about, notebook=where.notebook), conversation, goes_on=True, at=kept.changed)
