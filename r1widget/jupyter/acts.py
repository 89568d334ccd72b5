"""`Acts`: the acts of a chat, for what shows one: `widget.ask(…)` is `widget.chat.ask(…)`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, overload

from ..chat import Chat
from ..chat.events import Event, Hear
from ..chat.status import EngineStatus
from ..conversation import Conversation
from ..conversation.several import Turns
from ..conversation.turn import Turn

P = ParamSpec("P")
R = TypeVar("R")


def _act(method: Callable[Concatenate[Chat, P], R]) -> Callable[Concatenate[Acts, P], R]:
    @functools.wraps(method)
    def of_its_chat(self: Acts, *args: P.args, **kwargs: P.kwargs) -> R:
        return method(self.chat, *args, **kwargs)

    return cast("Callable[Concatenate[Acts, P], R]", of_its_chat)


class Acts:
    """All that a `Chat` can do and a widget doesn't do in its own way."""

    chat: Chat

    ask = _act(Chat.ask)
    stop = _act(Chat.stop)
    replay = _act(Chat.replay)
    evaluate = _act(Chat.evaluate)
    new_chat = _act(Chat.new_chat)
    clear = _act(Chat.clear)
    forget = _act(Chat.forget)
    unload = _act(Chat.unload)
    off = _act(Chat.off)
    answer_now = _act(Chat.answer_now)
    think_more = _act(Chat.think_more)
    resume = _act(Chat.resume)
    edit_question = _act(Chat.edit_question)
    edit_reasoning = _act(Chat.edit_reasoning)
    edit_answer = _act(Chat.edit_answer)
    continue_from = _act(Chat.continue_from)
    fork = _act(Chat.fork)
    select = _act(Chat.select)
    versions = _act(Chat.versions)
    compare = _act(Chat.compare)
    note = _act(Chat.note)
    remove_note = _act(Chat.remove_note)
    check = _act(Chat.check)
    trace_answer = _act(Chat.trace_answer)
    stop_check = _act(Chat.stop_check)
    foresee = _act(Chat.foresee)
    to_markdown = _act(Chat.to_markdown)
    export = _act(Chat.export)
    to_frame = _act(Chat.to_frame)

    @overload
    def wait(self, turn: Turn) -> Turn: ...
    @overload
    def wait(self, turn: None = None, *, timeout: float | None = None) -> bool: ...
    @functools.wraps(Chat.wait)
    def wait(self, *args: Any, **kwargs: Any) -> Any:
        return self.chat.wait(*args, **kwargs)

    @overload
    def regenerate(self, /, turn: Turn | None = None, n: None = None, **settings: Any) -> Turn: ...
    @overload
    def regenerate(self, /, turn: Turn | None = None, *, n: int, **settings: Any) -> Turns: ...
    @overload
    def regenerate(self, /, turn: Turn | None, n: int, **settings: Any) -> Turns: ...
    @functools.wraps(Chat.regenerate)
    def regenerate(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.chat.regenerate(*args, **kwargs)

    @overload
    def on(self, event: Event, hear: Hear) -> Hear: ...
    @overload
    def on(self, event: Event) -> Callable[[Hear], Hear]: ...
    @functools.wraps(Chat.on)
    def on(self, *args: Any, **kwargs: Any) -> Any:
        return self.chat.on(*args, **kwargs)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The active branch of the conversation, oldest first."""
        return self.chat.turns

    @property
    def messages(self) -> list[dict[str, str]]:
        """The active branch as other libraries have it; see `Chat.messages`."""
        return self.chat.messages

    @property
    def status(self) -> EngineStatus:
        """What the model is doing; see `Chat.status`."""
        return self.chat.status

    @property
    def conversation(self) -> Conversation:
        """The whole tree of turns, all versions among them."""
        return self.chat.conversation

    @conversation.setter
    def conversation(self, other: object) -> None:
        self.chat.conversation = other  # which says why not
