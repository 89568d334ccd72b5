"""A conversation as a file: Markdown, HTML, JSON or a notebook; as tables, and a turn as a picture. No widget is needed, nor a
model.

    write(conversation, "chat.md")
    write(conversation, "chat.html", reasoning="none")
    to_frame(conversation, "steps")
    plot(turn)

Markdown, HTML and notebooks show the active branch; JSON keeps the whole tree. `"none"` leaves the thoughts out everywhere;
how they are folded means nothing to JSON.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..conversation import Conversation
from ..conversation.turn import clean
from ..errors import ExportError
from .data import conversation_json
from .file import replace, writable
from .html import conversation_html
from .markdown import DRAWN, Reasoning, check_reasoning, conversation_markdown, turn_markdown
from .notebook import notebook_json
from .picture import Picture, plot
from .tables import to_frame

FORMATS: dict[str, Callable[[Conversation, Reasoning], str]] = {
    ".md": lambda conversation, reasoning: conversation_markdown(conversation.turns, reasoning=reasoning),
    ".html": lambda conversation, reasoning: conversation_html(conversation.turns, reasoning=reasoning),
    ".json": conversation_json,
    ".ipynb": lambda conversation, reasoning: notebook_json(conversation.turns, reasoning=reasoning),
}
"""Suffix to writer."""


def write(conversation: Conversation, path: str | os.PathLike[str], *, reasoning: Reasoning = "folded") -> Path:
    """Write the conversation to `path`, in the format of its suffix; returns the path.

    The file is there whole or not at all: a file that was there before is replaced at the end.
    """
    check_reasoning(reasoning)
    writer = _writer(path)
    target = writable(path)
    replace(target, clean(writer(conversation, reasoning)).encode("utf-8"))
    return target


def check(path: str | os.PathLike[str]) -> None:
    """Refuse what `write` would refuse of its path, before there is anything to write."""
    _writer(path)
    writable(path)


def _writer(path: str | os.PathLike[str]) -> Callable[[Conversation, Reasoning], str]:
    """What writes the format of a file's suffix."""
    name = Path(path)
    if (writer := FORMATS.get(name.suffix.lower())) is None:
        raise ExportError(
            f"{name.name!r} ends in {name.suffix!r}, which is no format to export to."
            if name.suffix
            else f"{name.name!r} has no suffix, which would say the format to export to.",
            f"There are: {', '.join(FORMATS)}.",
        )
    return writer


__all__ = [
    "DRAWN",
    "FORMATS",
    "Picture",
    "Reasoning",
    "check",
    "conversation_html",
    "conversation_markdown",
    "plot",
    "to_frame",
    "turn_markdown",
    "writable",
    "write",
]
