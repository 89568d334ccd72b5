"""A conversation as a file: Markdown, HTML, JSON or a notebook; as tables, and a turn as a picture. No widget is needed, nor a
model.

    write(conversation, "chat.md")
    write(conversation, "chat.html", reasoning="none")
    write(conversation, "chat.html", view="widget")
    to_frame(conversation, "steps")
    plot(turn)

Markdown, HTML and notebooks show the active branch; JSON keeps the whole tree, and so do a notebook's metadata and HTML that is
the widget itself. `"none"` leaves the thoughts out everywhere; how they are folded means nothing to JSON.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from ..conversation import Conversation
from ..conversation.turn import Turn, clean
from ..errors import ExportError
from .data import conversation_json
from .file import replace, writable
from .markdown import (
    DRAWN,
    Notes,
    Reasoning,
    check_notes,
    check_reasoning,
    conversation_markdown,
    turn_markdown,
)
from .naming import file_name
from .notebook import conversation_of, notebook_json
from .page import conversation_html
from .picture import Picture, plot
from .standalone import widget_html
from .tables import to_frame

View = Literal["page", "widget"]
"""Of HTML: a page to read, or the widget itself, read-only."""


@dataclass(frozen=True)
class Choice:
    """What of a conversation is to be in a file, and how."""

    reasoning: Reasoning = "folded"
    turns: Sequence[Turn] | None = None
    """None: all that the format can hold, one branch or every version."""
    name: str = ""
    """The file's own."""
    notes: Notes = "beside"
    about: Mapping[str, Any] = field(default_factory=dict)
    """What a file that can be read again says of the conversation beside its turns: its id, its name, its model."""


Writer = Callable[[Conversation, Choice], str]
"""The text of a file."""


def _markdown(of: Conversation, choice: Choice) -> str:
    return conversation_markdown(_shown(of, choice), reasoning=choice.reasoning, notes=choice.notes)


def _page(of: Conversation, choice: Choice) -> str:
    return conversation_html(_shown(of, choice), reasoning=choice.reasoning, notes=choice.notes)


def _notebook(of: Conversation, choice: Choice) -> str:
    return notebook_json(
        of,
        reasoning=choice.reasoning,
        name=choice.name,
        turns=choice.turns,
        about=choice.about,
        notes=choice.notes,
    )


def _shown(of: Conversation, choice: Choice) -> Sequence[Turn]:
    """The turns that stand one below the other."""
    return of.turns if choice.turns is None else choice.turns


FORMATS: dict[str, Writer] = {
    ".md": _markdown,
    ".html": _page,
    ".json": lambda of, choice: conversation_json(of, choice.reasoning, choice.turns, choice.about),
    ".ipynb": _notebook,
}
"""Suffix to writer."""


def write(
    conversation: Conversation,
    path: str | os.PathLike[str],
    *,
    reasoning: Reasoning = "folded",
    view: View = "page",
    about: Mapping[str, Any] | None = None,
    notes: Notes = "beside",
) -> Path:
    """Write the conversation to `path`, in the format of its suffix; returns the path.

    The file is there whole or not at all: a file that was there before is replaced at the end.
    """
    check_reasoning(reasoning)
    check_notes(notes)
    writer = _writer(path, view)
    target = writable(path)
    choice = Choice(reasoning, name=target.name, notes=notes, about=about or {})
    replace(target, clean(writer(conversation, choice)).encode("utf-8"))
    return target


def text(conversation: Conversation, suffix: str, choice: Choice, view: View = "page") -> str:
    """What `write` would write to a file of that suffix; of `turns` alone, where some are chosen."""
    check_reasoning(choice.reasoning)
    return clean(_writer(f"chat{suffix}", view)(conversation, choice))


def check(path: str | os.PathLike[str]) -> None:
    """Refuse what `write` would refuse of its path, before there is anything to write."""
    _writer(path, "page")
    writable(path)


def _writer(path: str | os.PathLike[str], view: View) -> Writer:
    """What writes the format of a file's suffix."""
    name = Path(path)
    if view not in get_args(View):
        raise ExportError(f"view={view!r} can't be.", f"There are: {', '.join(map(repr, get_args(View)))}.")
    if (writer := FORMATS.get(name.suffix.lower())) is None:
        raise ExportError(
            f"{name.name!r} ends in {name.suffix!r}, which is no format to export to."
            if name.suffix
            else f"{name.name!r} has no suffix, which would say the format to export to.",
            f"There are: {', '.join(FORMATS)}.",
        )
    if view == "widget":
        if name.suffix.lower() != ".html":
            raise ExportError(
                f"The widget can't be written to {name.name!r}.", "It is a page: give the file the suffix .html."
            )
        return lambda of, choice: widget_html(of, choice.reasoning, choice.turns)
    return writer


__all__ = [
    "DRAWN",
    "FORMATS",
    "Choice",
    "Notes",
    "Picture",
    "Reasoning",
    "View",
    "check",
    "conversation_html",
    "conversation_markdown",
    "conversation_of",
    "file_name",
    "plot",
    "text",
    "to_frame",
    "turn_markdown",
    "writable",
    "write",
]
