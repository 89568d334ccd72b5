"""`exported`: what a page asks to have of a conversation as a file, or how large that would be. The formats are export/'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from .. import export
from ..conversation import Conversation
from ..conversation.turn import Turn
from ..errors import ExportError
from ..export.markdown import check_notes, check_reasoning
from .protocol import Exported

WIDGET = "widget"
"""The format that is no suffix: the widget itself."""
_HOLDS_ALL = (".json", ".ipynb", WIDGET)


def exported(conversation: Conversation, command: Mapping[str, Any], about: Mapping[str, Any]) -> Exported:
    """The answer to the command `export`. `about` is what else a file is to say of the conversation."""
    format, reasoning = str(command.get("format")), str(command.get("reasoning"))
    if format != WIDGET and format not in export.FORMATS:
        raise ExportError(f"There is no format {format!r}.", f"There are: {', '.join([*export.FORMATS, WIDGET])}.")
    check_reasoning(reasoning)
    check_notes(notes := str(command.get("notes", "beside")))
    turns = _turns(conversation, command, format)
    suffix = ".html" if format == WIDGET else format
    name = export.file_name(conversation.turns if turns is None else turns, suffix)
    choice = export.Choice(cast("export.Reasoning", reasoning), turns, name, cast("export.Notes", notes), about)
    text = export.text(conversation, suffix, choice, "widget" if format == WIDGET else "page")
    chosen = conversation.all_turns if turns is None else turns
    answer: Exported = {
        "type": "exported",
        "id": str(command["id"]),
        "name": name,
        "turns": len(chosen),
        "thoughts": 0 if reasoning == "none" else sum(1 for turn in chosen if turn.reasoning),
        "bytes": len(text.encode()),
    }
    return answer if command.get("size_only") else {**answer, "text": text}


def _turns(conversation: Conversation, command: Mapping[str, Any], format: str) -> Sequence[Turn] | None:
    """None: all of them, with their versions."""
    match command.get("scope"):
        case "all":
            if format not in _HOLDS_ALL:
                raise ExportError(f"{format} holds one branch.", f"All versions are in {', '.join(_HOLDS_ALL)}.")
            return None
        case "turn":
            return (conversation[str(command.get("turn"))],)
        case "branch":
            return conversation.turns
        case other:
            raise ExportError(f"The scope {other!r} is unknown here.", "Reload the page.")
