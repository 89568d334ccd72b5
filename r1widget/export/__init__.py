"""A conversation as a file: Markdown, HTML, JSON or a notebook. No widget is needed, nor a model.

    write(conversation, "chat.md")
    write(conversation, "chat.html", reasoning="none")

Markdown, HTML and notebooks show the active branch; JSON keeps the whole tree, and the thoughts in any case.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

from ..conversation import Conversation
from ..errors import ExportError
from ..turn import clean
from .data import conversation_json
from .html import conversation_html
from .markdown import DRAWN, Reasoning, check_reasoning, conversation_markdown, turn_markdown
from .notebook import notebook_json

FORMATS: dict[str, Callable[[Conversation, Reasoning], str]] = {
    ".md": lambda conversation, reasoning: conversation_markdown(conversation.turns, reasoning=reasoning),
    ".html": lambda conversation, reasoning: conversation_html(conversation.turns, reasoning=reasoning),
    ".json": lambda conversation, reasoning: conversation_json(conversation),
    ".ipynb": lambda conversation, reasoning: notebook_json(conversation.turns, reasoning=reasoning),
}
"""Suffix to writer."""


def write(conversation: Conversation, path: str | os.PathLike[str], *, reasoning: Reasoning = "folded") -> Path:
    """Write the conversation to `path`, in the format of its suffix; returns the path.

    The file is there whole or not at all: a file that was there before is replaced at the end.
    """
    check_reasoning(reasoning)
    target = Path(path).expanduser()
    writer = FORMATS.get(target.suffix.lower())
    if writer is None:
        raise ExportError(
            f"{target.name!r} ends in {target.suffix!r}, which is no format to export to."
            if target.suffix
            else f"{target.name!r} has no suffix, which would say the format to export to.",
            f"There are: {', '.join(FORMATS)}.",
        )
    if not target.parent.is_dir():
        raise ExportError(f"There is no folder {str(target.parent)!r}.", "Make it first, or export to another.")
    text = writer(conversation, reasoning)
    try:
        _replace(target, clean(text).encode("utf-8"))
    except OSError as error:
        raise ExportError(
            f"{str(target)!r} can't be written: {error.strerror or error}.", "Export to a folder you may write to."
        ) from error
    return target


def _replace(target: Path, data: bytes) -> None:
    """A new file beside the old one, then in its place, with the permissions that the old one had."""
    target = Path(os.path.realpath(target))  # a link stays a link
    part = target.with_name(f".{target.name[:40]}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


__all__ = ["DRAWN", "FORMATS", "Reasoning", "conversation_html", "conversation_markdown", "turn_markdown", "write"]
