"""`carry_out`: what a page asks for becomes an act of the chat. One command, one line."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import R1WidgetError
from .turn import Turn

if TYPE_CHECKING:
    from .widget import ChatWidget


def carry_out(chat: ChatWidget, content: Mapping[str, Any]) -> None:
    """Runs on the main thread or on a subshell's: makes values, changes the queue, sets an event, and nothing else."""

    def turn() -> Turn:
        return chat.conversation[content["turn"]]

    match content:
        case {"type": "sync"}:
            chat._page.snapshot()
        case {"type": "ask", "text": str(text)}:
            chat.send(text)
        case {"type": "stop", "turn": str()}:
            chat.stop(turn())
        case {"type": "stop"}:
            chat.stop()
        case {"type": "clear"}:
            chat.clear()
        case {"type": "answer_now", "turn": str()}:
            chat.answer_now(turn())
        case {"type": "think_more", "turn": str()}:
            chat.think_more(turn())
        case {"type": "regenerate", "turn": str()}:
            chat.regenerate(turn(), int(content.get("n", 1)))
        case {"type": "edit", "turn": str(), "part": "question", "text": str(text)}:
            chat.edit_question(turn(), text)
        case {"type": "edit", "turn": str(), "part": "reasoning", "text": str(text)}:
            chat.edit_reasoning(turn(), text)
        case {"type": "edit", "turn": str(), "part": "answer", "text": str(text)}:
            chat.edit_answer(turn(), text)
        case {"type": "continue_from", "turn": str(), "at": int(at)}:
            chat._fork_at(turn(), at, int(content.get("n", 1)))
        case {"type": "select", "turn": str()}:
            chat.select(turn())
        case {"type": "compare", "turns": list(ids)}:
            _compare(chat, content["id"], [chat.conversation[id] for id in ids])
        case _:
            raise R1WidgetError(f"This version of r1widget doesn't know the command {content['type']!r}.")


def _compare(chat: ChatWidget, id: str, turns: list[Turn]) -> None:
    """On a thread of its own: what compares by value takes a second to import."""

    def run() -> None:
        try:
            chat._page.compared(id, turns, chat.compare(turns))
        except Exception as problem:
            chat._page.notice(f"The answers can't be compared ({type(problem).__name__}: {problem}).")

    threading.Thread(target=run, name="r1widget-compare", daemon=True).start()
