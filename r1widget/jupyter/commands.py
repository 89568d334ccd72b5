"""`Commands`: what a page asks for becomes an act of the chat, and every command is answered. One command, one line."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..chat import Chat
from ..chat.noting import written
from ..conversation.alternatives import UNKNOWN
from ..conversation.several import Turns
from ..conversation.turn import Turn
from ..errors import R1WidgetError, SettingsError
from ..settings import Settings
from . import checking
from .asks import Asks
from .describing import check_unload, described
from .exporting import exported
from .page import Page
from .returning import Before

logger = logging.getLogger("r1widget")

_LONG = ("compare", "foresee", "look", "export", "describe", "unload", "clear", "scores")
"""Commands that have a thread of their own: what compares by value takes a second to import, and a long conversation as long to
write; 32,768 tokens take a third of a second to place; whose turns a model writes is waited for before it is freed; and a large
history isn't written in a moment."""


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
        act: Callable[[], Turn | None] = partial(self._carry_out, id, content)
        if (
            content.get("type") == "clear"
        ):  # at once, for a question may follow; what the history has of it takes longer
            act = self._chat.forgetting()
            self._chat.clear()
        if content.get("type") not in _LONG:
            self._settle(id, act)
            return
        name = f"r1widget-{content['type']}"
        threading.Thread(target=self._settle, args=(id, act), name=name, daemon=True).start()

    def _settle(self, id: str, act: Callable[[], Turn | None]) -> None:
        try:
            turn = act()
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
            case {"type": "new_chat"}:
                chat.new_chat()
            case {"type": "set", "settings": Mapping() as changes}:
                chat.settings = _changed(chat.settings, changes)
            case {"type": "describe"}:
                self._page.described(described(chat, id))
            case {"type": "unload"}:
                check_unload(chat)
                chat.unload()
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
            case {"type": "scores", "turn": str()}:
                self._page.scored(id, turn())
            case {"type": "fork_token", "turn": str(), "index": int(index), "token": int(token), "text": str(text)}:
                return chat.fork_token(turn(), index, text if token == UNKNOWN else token)
            case {"type": "select", "turn": str()}:
                chat.select(turn())
            case {"type": "compare", "turns": list(ids)}:
                turns = [chat.conversation[each] for each in dict.fromkeys(ids)]
                self._page.compared(id, turns, chat.compare(turns))
            case {"type": "note", "turn": str(), "note": Mapping() as note}:
                chat.note(turn(), **written(note))
            case {"type": "remove_note", "turn": str(), "note": str(note)}:
                chat.remove_note(turn(), note)
            case {"type": "check" | "trace_answer" | "stop_check" | "foresee", "turn": str()}:
                checking.carry_out(chat, self._page, id, turn(), content)
            case {"type": "export"}:
                self._page.exported(exported(chat.conversation, content, chat.about))
            case _:
                raise R1WidgetError(
                    f"The command {content.get('type')!r} is unknown here, or something that it needs is missing.",
                    "Reload the page.",
                )
        return None


def _changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """All of the changes, or none: `SettingsError` for a value that can't be, and for a setting that there isn't."""
    try:
        return settings.replace(changes)
    except TypeError as problem:
        raise SettingsError(str(problem)) from problem
