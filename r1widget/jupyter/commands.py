"""`Commands`: what a page asks for becomes an act of the chat, and every command is answered. One command, one line."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from ..chat import Chat
from ..conversation.several import Turns
from ..conversation.turn import Turn
from ..errors import R1WidgetError
from .asks import Asks
from .exporting import exported
from .page import Page
from .returning import Before

logger = logging.getLogger("r1widget")

_LONG = ("compare", "export")
"""Commands that have a thread of their own: what compares by value takes a second to import, and a long conversation as long to
write."""


class Commands:
    """Those of one page. They come in on the main thread or on a subshell's."""

    def __init__(self, chat: Chat, page: Page, before: Before) -> None:
        self._chat, self._page, self._before = chat, page, before
        self._asks = Asks()

    def answer(self, content: Any) -> None:
        """Acknowledge a command at once, carry it out, and say that it is done, or why not."""
        id = content.get("id") if isinstance(content, Mapping) else None
        if not isinstance(id, str):
            self._page.noted("A message of the page can't be read. Reload the page.")
            return
        self._page.ack(id)
        if content.get("type") not in _LONG:
            self._settle(id, content)
            return
        name = f"r1widget-{content['type']}"
        threading.Thread(target=self._settle, args=(id, content), name=name, daemon=True).start()

    def _settle(self, id: str, content: Mapping[str, Any]) -> None:
        try:
            turn = self._carry_out(id, content)
        except R1WidgetError as problem:
            self._page.refused(id, str(problem))
        except BaseException as problem:
            self._page.refused(id, f"r1widget failed ({type(problem).__name__}: {problem}).")
            if not isinstance(problem, Exception):
                raise  # an interrupt
            logger.exception("a command failed")
        else:
            self._page.done(id, turn)

    def _carry_out(self, id: str, content: Mapping[str, Any]) -> Turn | None:
        """Makes values, changes the line, sets an event, and nothing else. The turn that came of it, if one did."""
        chat = self._chat

        def turn() -> Turn:
            return chat.conversation[content["turn"]]

        match content:
            case {"type": "sync"}:
                self._page.snapshot()
            case {"type": "ask", "text": str(text)}:
                with chat.acting:  # it isn't begun before it is known whether it was stopped
                    asked = chat.send(text)
                    if self._asks.came(id, asked):
                        chat.stop(asked)
                    return asked
            case {"type": "stop", "ask": str(ask)}:
                if (found := self._asks.stop(ask)) is not None:
                    chat.stop(found)
            case {"type": "stop", "turn": str()}:
                chat.stop(turn())
            case {"type": "stop"} if not {"ask", "turn"} & content.keys():
                chat.stop()
            case {"type": "clear"}:
                chat.clear()
            case {"type": "restore"}:
                self._before.restore()
            case {"type": "look"}:
                self._page.looked(id, self._before.conversation)
            case {"type": "answer_now", "turn": str()}:
                return chat.answer_now(turn())
            case {"type": "think_more", "turn": str()}:
                return chat.think_more(turn())
            case {"type": "regenerate", "turn": str()} if content.get("n", 1) is not None:
                made: Turns = chat.regenerate(turn(), n=content.get("n", 1))
                return made[0]
            case {"type": "resume", "turn": str()}:
                return chat.resume(turn())
            case {"type": "edit", "turn": str(), "part": "question", "text": str(text)}:
                return chat.edit_question(turn(), text)
            case {"type": "edit", "turn": str(), "part": "reasoning", "text": str(text)}:
                return chat.edit_reasoning(turn(), text)
            case {"type": "edit", "turn": str(), "part": "answer", "text": str(text)}:
                return chat.edit_answer(turn(), text)
            case {"type": "continue_from", "turn": str(), "at": int(at)}:
                return chat.fork_at(turn(), at, content.get("n", 1))[0]
            case {"type": "select", "turn": str()}:
                chat.select(turn())
            case {"type": "compare", "turns": list(ids)}:
                turns = [chat.conversation[each] for each in dict.fromkeys(ids)]
                self._page.compared(id, turns, chat.compare(turns))
            case {"type": "export"}:
                self._page.exported(exported(chat.conversation, content))
            case _:
                raise R1WidgetError(
                    f"The command {content.get('type')!r} is unknown here, or something that it needs is missing.",
                    "Reload the page.",
                )
        return None
