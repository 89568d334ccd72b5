"""Commands of a page that are about checking: what they become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..chat import Chat
from ..conversation.turn import Turn
from .page import Page


def carry_out(chat: Chat, page: Page, id: str, turn: Turn, content: Mapping[str, Any]) -> None:
    """Of `turn`. Nothing here waits for the model: what comes of it, `checks` tell."""
    what = content.get("what")
    match content["type"]:
        case "check":
            chat.check(turn, content.get("k"), wait=False)  # type: ignore[arg-type]  # which it refuses
        case "trace_answer":
            chat.trace_answer(turn, content.get("k"), wait=False)  # type: ignore[arg-type]
        case "stop_check":
            chat.stop_check(turn, what)
        case "foresee":
            page.foreseen(id, chat.foresee(what, turn, content.get("k")))  # type: ignore[arg-type]
