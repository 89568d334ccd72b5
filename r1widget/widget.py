"""`ChatWidget`: a conversation with a model, in a notebook. Wiring only.

The page's commands become acts of the `Generation`; what the generation does goes to the `Page`, and what is to stay in the
notebook's file is `Keeping`'s.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, overload

import traitlets

from . import export
from .asks import Asks
from .cells import ByCell
from .commands import answer
from .conversation import Conversation
from .engines import Engine, Progress, capabilities_of, check_engine, check_options, is_name, name_of
from .engines.remote import key_from, refusal_of
from .engines.shelf import shared
from .errors import ReadOnlyError
from .events import Event, Events, Hear
from .generation import Generation
from .keeping import Keeping, TurnView
from .kernel import accept_commands_while_busy, kernel_id, read_every_message
from .library import Loaded
from .page import Page
from .protocol import EngineState, EngineStatus
from .question import is_message, question
from .reasoning import Kind
from .settings import Settings
from .steering import Steering
from .turn import Origin, Turn


class ChatWidget(Steering, Loaded, metaclass=ByCell):
    """A conversation with a reasoning model.

    Usage::

        chat = ChatWidget()                      # DeepSeek-R1-Distill-Qwen-1.5B, on this machine
        chat = ChatWidget("pocket")              # the built-in model: 5 MB, arithmetic, no network
        chat = ChatWidget("some-model", base_url="http://localhost:8000/v1")   # an OpenAI-compatible server
        chat                                     # shows it
        turn = chat.ask("What is 17 × 24?")      # blocks; streams into the widget meanwhile
        turn.reasoning, turn.answer, turn.record
        chat.export("chat.md")

    `model` is a name, a folder or an `Engine`; it is loaded when it is first needed, in the background, once for all
    widgets that name the same, and freed with the last of them. `settings` are the defaults of this chat's turns. `language` is the interface's,
    and `unfold` says when a thought is open.
    `options` go to the engine.
    """

    engine_status = traitlets.Dict().tag(sync=True)
    """What the model is doing: an `EngineStatus` of protocol.py."""
    blocking = traitlets.Bool(False).tag(sync=True)
    """Whether a cell waits for a turn of this chat, so that the page's Stop may interrupt it."""
    model_name = traitlets.Unicode().tag(sync=True)
    """The model, as a person calls it. A folder's name, never its path."""
    language = traitlets.Enum(["auto", "en", "zh"], default_value="auto").tag(sync=True)
    """The language of the interface: `"en"`, `"zh"` (simplified Chinese), or `"auto"`, the browser's. A page reads it once,
    when it first shows the chat. What the model writes doesn't depend on it."""

    unfold = traitlets.Enum(["auto", "always", "never"], default_value="auto").tag(sync=True)
    """When a thought is open: `"auto"` while the model thinks, `"always"` (in the notebook's transcript too, so that print
    and PDF have it), or `"never"`. What the reader folds or unfolds with their own hand stays as they left it."""

    thinking_budget = traitlets.Int(None, allow_none=True, min=0).tag(sync=True)
    """The setting `thinking_budget` of turns to come, in tokens, so that a page can show and change it. None: no limit."""
    stop_loops = traitlets.Bool(False).tag(sync=True)
    """The setting `stop_loops` of turns to come."""

    called = traitlets.Unicode().tag(sync=True)
    """What to run to show this chat, as the person's code calls it: `chat`, `chats[0]`, `Out[3]`. Empty: nobody knows."""
    shown_by = ""
    """What to run where no variable has it."""
    is_again = traitlets.Bool(False).tag(sync=True)
    """Whether the cell that makes this chat was run again, and brought it back. Until the next question."""
    _instead = 'Take chat.conversation, which can, or chat.export("chat.json").'

    def __init__(
        self,
        model: str | os.PathLike[str] | Engine | None = None,
        *,
        base_url: str | None = None,
        quantization: str | None = "auto",
        settings: Settings | Mapping[str, Any] | None = None,
        language: Literal["auto", "en", "zh"] = "auto",
        unfold: Literal["auto", "always", "never"] = "auto",
        **options: Any,
    ) -> None:
        if base_url is not None and (problem := refusal_of(base_url)):
            base_url = None  # which may have a password in it: no trait, and no variable that a traceback shows, has it
            raise problem
        if is_name(model):
            check_options(options, remote=base_url is not None)
        else:
            check_engine(model, base_url=base_url, quantization=quantization, options=options)
        chosen = Settings.of({} if settings is None else settings)
        if base_url is not None:
            options["api_key"] = key_from(options.get("api_key"), base_url)  # here: only this thread can ask a person
        name = name_of(model) if model or base_url is None else base_url
        super().__init__(model_name=name, engine_status=_status("idle", name, ""), language=language, unfold=unfold)
        self.settings = chosen
        self._asked_for = model
        self._conversation = Conversation()
        source = shared(model, base_url=base_url, quantization=quantization, **options)
        self._generation = Generation(self.conversation, source, self)
        self._page = Page(self.conversation, self._generation.place, super().send)
        self._asks = Asks()
        self._events = Events()
        self._page.kernel, self._page.chat = kernel_id(), self.model_id or ""
        self._keeping = Keeping(self, lambda: self._is_met)
        self._is_met = self._has_typed = False  # whether a page has been heard of; whether a person made turns in it
        accept_commands_while_busy(self.comm)
        read_every_message()
        self.on_msg(self._on_command)

    # ---- acts (those of steering are in steering.py)

    @property
    def settings(self) -> Settings:
        """The defaults of this chat's turns. They are set as a whole, as `ChatWidget(settings=…)` takes them: what a mapping
        doesn't name has its default. `chat.settings.replace({…})` is this chat's with some changed."""
        return self._settings.replace({"thinking_budget": self.thinking_budget, "stop_loops": self.stop_loops})

    @settings.setter
    def settings(self, settings: Settings | Mapping[str, Any]) -> None:
        self._settings = chosen = Settings.of(settings)
        self.thinking_budget, self.stop_loops = chosen.thinking_budget, chosen.stop_loops

    @property
    def conversation(self) -> Conversation:
        """The whole tree of turns, all versions among them."""
        return self._conversation

    @conversation.setter
    def conversation(self, other: object) -> None:
        raise ReadOnlyError(
            "A chat keeps its conversation: pages, and what is being written, belong to it.",
            "Begin another with ChatWidget(…), or empty this one with chat.clear().",
        )

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The active branch of the conversation, oldest first."""
        return self.conversation.turns

    def ask(self, text: str, **settings: Any) -> Turn:
        """Ask, and wait for the end of the turn. An interrupt or `stop` ends it and keeps what was written."""
        turn, chosen = self._new(text, settings)
        self._wait(lambda: self._begin(turn, chosen), turn)
        return turn

    def send(self, text: Any, buffers: Any = None, **settings: Any) -> Turn:
        """Ask, and return at once; `turn.wait()` waits for the end. Questions queue.

        `settings` change those of the chat for this turn. (A widget of ipywidgets has a `send` too, for messages to its
        page; a dictionary still goes there.)
        """
        if isinstance(text, Mapping) and not is_message(text):
            return super().send(text, buffers)  # type: ignore[no-any-return]
        turn, chosen = self._new(text, settings)
        self._begin(turn, chosen)
        return turn

    @overload
    def wait(self, turn: Turn) -> Turn: ...
    @overload
    def wait(self, turn: None = None, *, timeout: float | None = None) -> bool: ...
    def wait(self, turn: Turn | None = None, *, timeout: float | None = None) -> Turn | bool:
        """Wait for a turn's end as `ask` does; without one, for the end of all, or until `timeout` seconds have passed:
        whether all have ended."""
        if turn is None:
            return self._wait(
                lambda: None, *self.conversation.all_turns, seconds=math.inf if timeout is None else timeout
            )
        self._wait(lambda: None, turn)
        return turn

    @overload
    def on(self, event: Event, hear: Hear) -> Hear: ...
    @overload
    def on(self, event: Event) -> Callable[[Hear], Hear]: ...
    def on(self, event: Event, hear: Any = None) -> Any:
        """`chat.on("turn_ended", f)` has `f(turn)` called when a turn has ended, as `@chat.on("turn_ended")` does above a
        function. The other events are in events.py: `"turn_changed"` and `"text_added"`. `chat.off(event, f)` ends it."""
        if hear is None:
            return partial(self.on, event)
        self._events.on(event, hear)
        return hear

    def off(self, event: Event, hear: Callable[..., object]) -> None:
        """`hear` is told no more."""
        self._events.off(event, hear)

    @property
    def messages(self) -> list[dict[str, str]]:
        """The active branch as other libraries have it: `{"role": "user" or "assistant", "content": …}`, answers without their
        thoughts, and a system message where the settings have one. A question without an answer stands alone."""
        system = self.settings.system
        messages = [{"role": "system", "content": system}] if system else []
        for turn in self.turns:
            messages.append({"role": "user", "content": turn.question})
            if answer := turn.answer:
                messages.append({"role": "assistant", "content": answer})
        return messages

    def stop(self, turn: Turn | None = None) -> None:
        """Stop a turn, or all that run or wait. What was written is kept. Stopping twice, or nothing, is fine."""
        self._generation.stop(turn)

    def clear(self) -> None:
        """Stop everything and forget the conversation."""
        with self._generation.acting:
            self._generation.stop()
            self.conversation.clear()
            self._has_typed = False
            self._page.snapshot()
            self._keeping.forget()

    def to_markdown(self, reasoning: export.Reasoning = "folded") -> str:
        """The active branch as markdown; the reasoning `"folded"` in `<details>`, `"open"`, `"plain"` or `"none"`."""
        return export.conversation_markdown(self.turns, reasoning=reasoning)

    def export(self, path: str | os.PathLike[str], reasoning: export.Reasoning = "folded") -> None:
        """Write the conversation to a file: `.md`, `.html`, `.json` (all branches) or `.ipynb`, by its suffix."""
        export.write(self.conversation, path, reasoning=reasoning)

    def unload(self) -> None:
        """Free the model's memory now. Every chat that shares the model stops, and the next question loads it again."""
        self._generation.unload()

    def close(self) -> None:
        """Stop everything, take the widget off all pages, and free the model where no other chat shares it."""
        if "_generation" in self.__dict__:  # ipywidgets closes what is collected, also what was refused at the door
            self._generation.leave()
        super().close()

    # ---- display, and being made again by the cell that made it (cells.py)

    def __repr__(self) -> str:
        count = len(self.turns) if "_conversation" in self.__dict__ else 0
        return f"<{type(self).__name__} {self.model_name}, {count} turn{'' if count == 1 else 's'}>"

    def _ipython_display_(self) -> None:
        self._keeping.show()

    @property
    def is_typed_into(self) -> bool:
        return self._has_typed and bool(self.turns) and self.comm is not None

    def make_again(
        self,
        model: str | os.PathLike[str] | Engine | None = None,
        *,
        settings: Settings | Mapping[str, Any] | None = None,
        language: Literal["auto", "en", "zh"] = "auto",
        unfold: Literal["auto", "always", "never"] = "auto",
    ) -> None:
        """Go on, as it would be if it were made now."""
        chosen = Settings.of({} if settings is None else settings)  # first, since it may be refused
        self._asked_for = model
        if not is_name(model):  # another object, which says the same of itself
            self._generation.use(shared(model))
        self.settings = chosen
        self.language, self.unfold, self.is_again = language, unfold, True

    def kept_aside(self) -> str:
        return self._keeping.aside()

    # ---- what the generation tells (its `Listener`)

    def turn_changed(self, turn: Turn) -> None:
        self._page.turn_changed(turn)
        self._keeping.turn_changed(turn)
        self._events.tell("turn_changed", turn)
        if turn.state == "ended":
            self._events.tell("turn_ended", turn)

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        self._page.text_added(turn, kind, at, text, origin)
        self._keeping.text_added()
        self._events.tell("text_added", turn, kind, text)

    def loading(self, progress: Progress) -> None:
        about = {"stage": progress.stage, "done": progress.done, "total": progress.total}
        self.engine_status = _status("loading", self.model_name, progress.text, **about)

    def engine_ready(self, engine: Engine) -> None:
        about = engine.describe()
        bits = {"int8": 8, "int4": 4}.get(about.get("quantization", ""))
        weights = f"{bits} bits a weight: {about.get('quantization_why', '')}" if bits else ""
        cannot = dict(capabilities_of(engine).cannot) or None
        self.engine_status = _status("ready", self.model_name, weights, bits=bits, cannot=cannot)

    def engine_failed(self, message: str) -> None:
        self.engine_status = _status("failed", self.model_name, message)

    def engine_unloaded(self) -> None:
        self.engine_status = _status("idle", self.model_name, "")

    # ---- what the page asks for

    def _on_command(self, _widget: object, content: Any, _buffers: object) -> None:
        self._is_met = True
        before = len(self.conversation.all_turns)
        answer(self, content)
        self._has_typed |= len(self.conversation.all_turns) > before

    def _kept_changed(self) -> None:
        self._keeping.all_changed()

    def _new(self, text: str, settings: Mapping[str, Any]) -> tuple[Turn, Settings]:
        """A question, and how it is to be answered. Nobody knows of it yet."""
        return Turn(question(text)), self.settings.replace(settings)

    def _begin(self, turn: Turn, settings: Settings) -> None:
        """Take the question in. One act, so that pages hear of turns in the order in which they are made."""
        try:
            with self._generation.acting:
                self.is_again = False
                self.conversation.append(turn)
                self._generation.submit(turn, settings=settings)
        except BaseException:  # an interrupt
            self._generation.cancel(turn)
            raise

    def _wait(self, begin: Callable[[], None], *turns: Turn, seconds: float = math.inf) -> bool:
        """Begin, and wait for the turns' ends; whether they have ended in time. An interrupt stops the turns, and a second one
        the waiting.

        Meanwhile `blocking` tells the page that it may interrupt, if this is the main thread: an interrupt goes there.
        """
        blocks = threading.current_thread() is threading.main_thread()
        end = time.monotonic() + seconds
        try:
            if blocks:
                self.blocking = True
            try:
                begin()
                return all(turn.wait(end - time.monotonic()) for turn in turns)
            except KeyboardInterrupt:
                going_on = [turn for turn in turns if turn.state != "ended"]
                for turn in going_on:
                    self._generation.cancel(turn)
                return all(turn.wait() for turn in turns)
        finally:
            if blocks:
                self.blocking = False


def _status(state: EngineState, model: str, text: str, **about: Any) -> Any:
    """The trait's value; traitlets knows no TypedDict. What isn't known isn't there."""
    status: EngineStatus = {"state": state, "model": model, "text": text}
    return {**status, **{name: value for name, value in about.items() if value is not None}}


__all__ = ["ChatWidget", "TurnView"]
