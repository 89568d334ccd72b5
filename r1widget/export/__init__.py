"""A conversation as a file: Markdown, HTML, JSON or a notebook. No widget is needed, nor a model.

    write(conversation, "chat.md")
    write(conversation, "chat.html", reasoning="none")
    write(conversation, "chat.html", view="widget")

Markdown, HTML and notebooks show the active branch; JSON keeps the whole tree, and so do HTML that is the widget itself and a
notebook's metadata, which `conversation_of` reads. `"none"` leaves the thoughts out everywhere; how they are folded means
nothing to JSON.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, get_args

from ..conversation import Conversation
from ..conversation.turn import Turn, clean
from ..errors import ExportError
from .data import conversation_json
from .file import replace, writable
from .markdown import DRAWN, Reasoning, check_reasoning, conversation_markdown, turn_markdown
from .naming import file_name
from .notebook import conversation_of, notebook_json
from .page import conversation_html
from .standalone import widget_html

View = Literal["page", "widget"]
"""Of HTML: a page to read, or the widget itself, read-only."""
Writer = Callable[[Conversation, Reasoning, str, "Sequence[Turn] | None"], str]
"""The text of a file, of a conversation, how its thoughts are shown, the file's own name, and which turns; None: all that the
format can hold, one branch or every version."""


def _of_a_branch(write: Callable[[Sequence[Turn], Reasoning], str]) -> Writer:
    """What writes one turn below the other."""
    return lambda conversation, reasoning, _, turns: write(conversation.turns if turns is None else turns, reasoning)


FORMATS: dict[str, Writer] = {
    ".md": _of_a_branch(lambda turns, reasoning: conversation_markdown(turns, reasoning=reasoning)),
    ".html": _of_a_branch(lambda turns, reasoning: conversation_html(turns, reasoning=reasoning)),
    ".json": lambda conversation, reasoning, _, turns: conversation_json(conversation, reasoning, turns),
    ".ipynb": lambda conversation, reasoning, name, turns: notebook_json(
        conversation, reasoning=reasoning, name=name, turns=turns
    ),
}
"""Suffix to writer."""


def write(
    conversation: Conversation,
    path: str | os.PathLike[str],
    *,
    reasoning: Reasoning = "folded",
    view: View = "page",
) -> Path:
    """Write the conversation to `path`, in the format of its suffix; returns the path.

    The file is there whole or not at all: a file that was there before is replaced at the end.
    """
    check_reasoning(reasoning)
    writer = _writer(path, view)
    target = writable(path)
    replace(target, clean(writer(conversation, reasoning, target.name, None)).encode("utf-8"))
    return target


def text(
    conversation: Conversation,
    name: str,
    *,
    reasoning: Reasoning = "folded",
    view: View = "page",
    turns: Sequence[Turn] | None = None,
) -> str:
    """What `write` would write to a file of that name; of `turns` alone, where some are given."""
    check_reasoning(reasoning)
    return clean(_writer(name, view)(conversation, reasoning, name, turns))


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
        return lambda conversation, reasoning, _, turns: widget_html(conversation, reasoning, turns)
    return writer


__all__ = [
    "DRAWN",
    "FORMATS",
    "Reasoning",
    "View",
    "check",
    "conversation_html",
    "conversation_markdown",
    "conversation_of",
    "file_name",
    "text",
    "turn_markdown",
    "writable",
    "write",
]
