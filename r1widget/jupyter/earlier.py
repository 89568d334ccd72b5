"""`Earlier`: conversations that a chat had before the one it has, as they stand in the notebook's file: folded, above its turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..chat.loading import Restored
from ..export import Reasoning, conversation_markdown
from ..export.stored import branch_data
from .transcript_parts import Part


class Earlier:
    """Their texts, and beside them the newest of them as data, to be read again: an output has one conversation."""

    def __init__(self) -> None:
        self._all: list[_Conversation] = []

    def add(self, kept: Restored, about: Mapping[str, Any], reasoning: Reasoning) -> None:
        """One has ended. `about`: what a file says of it beside its turns."""
        for each in self._all:
            each.data = {}
        self._all.append(_Conversation(kept, about, reasoning))

    def restored(self, id: str | None) -> None:
        """A conversation goes on; if that is the newest of these, it stands below."""
        if self._all and self._all[-1].id == id:
            self._all.pop()

    @property
    def part(self) -> Part | None:
        """The first of a display's texts; None where there is nothing earlier."""
        for each in self._all:
            each.write()
        return Part([each.text for each in self._all], (), self._all[-1].data) if self._all else None


class _Conversation:
    """Written down when its turns have ended, and from then on the turns are held no more."""

    def __init__(self, kept: Restored, about: Mapping[str, Any], reasoning: Reasoning) -> None:
        self.id = kept.about.id
        self.text = ""
        self.data: dict[str, Any] = {}
        self._kept: Restored | None = kept
        self._about, self._reasoning = about, reasoning

    def write(self) -> None:
        if self._kept is None:
            return
        conversation = self._kept.conversation
        turns = conversation.turns
        count = "1 turn" if len(turns) == 1 else f"{len(turns)} turns"
        tag = "details open" if self._reasoning == "open" else "details"
        text = conversation_markdown(turns, reasoning=self._reasoning)
        self.text = f"<{tag}><summary>An earlier conversation: {count}</summary>\n\n{text}\n</details>"
        self.data = branch_data(self._about, conversation, turns)
        if all(turn.state == "ended" for turn in conversation.all_turns):
            self._kept = None
