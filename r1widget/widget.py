"""`ChatWidget`: a conversation with a model, in a notebook. Wiring only.

The page's commands become acts of the `Generation`; what the generation does goes to the `Page`, and at the end of a
turn into the notebook's `Transcript`s.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import traitlets

from . import export
from .commands import carry_out
from .conversation import Conversation
from .display import Transcript
from .engines import DEFAULT_MODEL, Engine, Progress, capabilities_of, check_options
from .engines.remote import key_from, refusal_of
from .engines.shelf import shared
from .errors import R1WidgetError
from .generation import Generation
from .kernel import accept_commands_while_busy, kernel_id
from .library import Loaded, ref
from .page import Page
from .protocol import EngineState, EngineStatus
from .question import is_message, question
from .reasoning import Kind
from .settings import Settings
from .steering import Steering
from .turn import Origin, Turn


class ChatWidget(Steering, Loaded):
    """A conversation with a reasoning model.

    Usage::

        chat = ChatWidget()                      # DeepSeek-R1-Distill-Qwen-1.5B, on this machine
        chat = ChatWidget("pocket")              # the built-in model: 4 MB, arithmetic, no network
        chat = ChatWidget("some-model", base_url="http://localhost:8000/v1")   # an OpenAI-compatible server
        chat                                     # shows it
        turn = chat.ask("What is 17 × 24?")      # blocks; streams into the widget meanwhile
        turn.reasoning, turn.answer, turn.record
        chat.export("chat.md")

    `model` is a name, a folder or an `Engine`; it is loaded when it is first needed, in the background, once for all
    widgets that name the same. `settings` are the defaults of this chat's turns. `language` is the interface's,
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
        check_options(options, remote=base_url is not None)
        chosen = settings if isinstance(settings, Settings) else Settings().replace(settings or {})
        if base_url is not None:
            options["api_key"] = key_from(options.get("api_key"), base_url)  # here: only this thread can ask a person
        name = _name_of(model) if model or base_url is None else base_url
        super().__init__(model_name=name, engine_status=_status("idle", name, ""), language=language, unfold=unfold)
        self.settings = chosen
        self._asked_for = model
        self.conversation = Conversation()
        self._acting = threading.RLock()
        source = shared(model, base_url=base_url, quantization=quantization, **options)
        self._generation = Generation(self.conversation, source.get, self)
        self._page = Page(self.conversation, self._generation.place, super().send)
        self._page.kernel = kernel_id()
        self._transcript = Transcript(lambda: self._kept(self.turns))
        self._turn_transcripts: dict[str, Transcript] = {}
        accept_commands_while_busy(self.comm)
        self.on_msg(self._on_command)

    # ---- acts (those of steering are in steering.py)

    @property
    def settings(self) -> Settings:
        """The defaults of this chat's turns."""
        return self._settings.replace({"thinking_budget": self.thinking_budget, "stop_loops": self.stop_loops})

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.thinking_budget, self.stop_loops = settings.thinking_budget, settings.stop_loops

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The active branch of the conversation, oldest first."""
        return self.conversation.turns

    def ask(self, text: str, **settings: Any) -> Turn:
        """Ask, and wait for the end of the turn. An interrupt or `stop` ends it and keeps what was written."""
        turn, chosen = self._add(text, settings)
        with self._waiting_for(turn):
            self._submit(turn, chosen)
        return turn

    def send(self, text: Any, buffers: Any = None, **settings: Any) -> Turn:
        """Ask, and return at once; `turn.wait()` waits for the end. Questions queue.

        `settings` change those of the chat for this turn. (A widget of ipywidgets has a `send` too, for messages to its
        page; a dictionary still goes there.)
        """
        if isinstance(text, Mapping) and not is_message(text):
            return super().send(text, buffers)  # type: ignore[no-any-return]
        turn, chosen = self._add(text, settings)
        self._submit(turn, chosen)
        return turn

    def wait(self, turn: Turn) -> Turn:
        """Wait for a turn's end as `ask` does."""
        with self._waiting_for(turn):
            pass
        # Once more, from the cell that waits: what executes a notebook with no page (nbclient) hears only what is said
        # while a cell runs, and the turn may have ended between two.
        self._update_transcripts(turn)
        return turn

    def stop(self, turn: Turn | None = None) -> None:
        """Stop a turn, or all that run or wait. What was written is kept. Stopping twice, or nothing, is fine."""
        self._generation.stop(turn)

    def clear(self) -> None:
        """Stop everything and forget the conversation."""
        with self._acting:
            self._generation.stop()
            self.conversation.clear()
            self._page.snapshot()
            self._transcript.update()

    def to_markdown(self, reasoning: export.Reasoning = "folded") -> str:
        """The active branch as markdown; the reasoning `"folded"` in `<details>`, `"open"`, `"plain"` or `"none"`."""
        return export.conversation_markdown(self.turns, reasoning=reasoning)

    def export(self, path: str | os.PathLike[str], reasoning: export.Reasoning = "folded") -> None:
        """Write the conversation to a file: `.md`, `.html`, `.json` (all branches) or `.ipynb`, by its suffix."""
        export.write(self.conversation, path, reasoning=reasoning)

    def close(self) -> None:
        """Stop everything and take the widget off all pages."""
        if "_generation" in self.__dict__:  # ipywidgets closes what is collected, also what was refused at the door
            self._generation.stop()
        super().close()

    # ---- display

    def __repr__(self) -> str:
        count = len(self.turns) if "conversation" in self.__dict__ else 0
        return f"<{type(self).__name__} {self.model_name}, {count} turn{'' if count == 1 else 's'}>"

    def _ipython_display_(self) -> None:
        self._page.displayed()  # before the view, which then finds everything when it is drawn
        self._transcript.display_below(self, f"r1widget: a chat with {self.model_name}. What was said:")

    def _kept(self, turns: Sequence[Turn]) -> str:
        """What the notebook's file keeps of these turns."""
        reasoning: export.Reasoning = "open" if self.unfold == "always" else "folded"
        return export.conversation_markdown(turns, reasoning=reasoning, drawn=export.DRAWN)

    def _keep(self, turn: Turn, transcript: Transcript) -> None:
        """Let a text that shows one turn follow it."""
        self._turn_transcripts[turn.id] = transcript

    # ---- what the generation tells (its `Listener`)

    def turn_changed(self, turn: Turn) -> None:
        self._page.turn_changed(turn)
        if turn.state == "ended":
            self._update_transcripts(turn)

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        self._page.text_added(turn, kind, at, text, origin)

    def loading(self, progress: Progress) -> None:
        self.engine_status = _status("loading", self.model_name, progress.text, progress.done, progress.total)

    def engine_ready(self, engine: Engine) -> None:
        status = _status("ready", self.model_name, _weights(engine.describe()))
        cannot = capabilities_of(engine).cannot
        self.engine_status = {**status, "cannot": dict(cannot)} if cannot else status

    def engine_failed(self, message: str) -> None:
        self.engine_status = _status("failed", self.model_name, message)

    # ---- what the page asks for

    def _on_command(self, _widget: object, content: Mapping[str, Any], _buffers: object) -> None:
        if "type" not in content or "id" not in content:
            return
        self._page.ack(content["id"])
        try:
            carry_out(self, content)
        except R1WidgetError as problem:
            self._page.notice(str(problem))

    def _update_transcripts(self, turn: Turn) -> None:
        self._transcript.update()
        for version in turn.siblings:
            if (transcript := self._turn_transcripts.get(version.id)) is not None:
                transcript.update()

    def _kept_changed(self) -> None:
        for transcript in (self._transcript, *self._turn_transcripts.values()):
            transcript.update()

    def _shown(self, turn: Turn) -> Turn:
        """The version of a turn that is on the active branch, or the turn itself."""
        return next((version for version in self.turns if version.parent == turn.parent), turn)

    def _submit(self, turn: Turn, settings: Settings) -> None:
        with self._acting:
            if turn in self.conversation:
                self._generation.submit(turn, settings=settings)
            else:  # cleared meanwhile
                turn.end("cancelled")
                turn.release()

    def _add(self, text: str, settings: Mapping[str, Any]) -> tuple[Turn, Settings]:
        text = question(text)
        chosen = self.settings.replace(settings)
        with self._acting:
            turn = self.conversation.add(text)
            self._page.turn_changed(turn)  # now: pages hear of turns in the order in which they are made
        return turn, chosen

    @contextmanager
    def _waiting_for(self, turn: Turn) -> Iterator[None]:
        """Do what is inside, then wait for the turn's end. An interrupt stops the turn, and a second one the waiting.

        Meanwhile `blocking` tells the page that it may interrupt, if this is the main thread: an interrupt goes there.
        """
        blocks = threading.current_thread() is threading.main_thread() and not self.blocking
        try:
            if blocks:
                self.blocking = True
            try:
                yield
                _wait(turn)
            except KeyboardInterrupt:
                self.stop(turn)
                _wait(turn)
        finally:
            if blocks:
                self.blocking = False


class TurnView(Loaded):
    """One turn of a chat, live, in the output of a cell of its own. What `%%r1` shows."""

    _chat = traitlets.Unicode().tag(sync=True)
    _turn = traitlets.Unicode().tag(sync=True)

    def __init__(self, chat: ChatWidget, turn: Turn) -> None:
        super().__init__(_chat=ref(chat), _turn=turn.id)
        self._chat_widget = chat
        self._transcript = Transcript(lambda: chat._kept([chat._shown(turn)]))
        chat._keep(turn, self._transcript)

    def _ipython_display_(self) -> None:
        self._chat_widget._page.displayed()
        self._transcript.display_below(self, f"r1widget: {self._chat_widget.model_name} was asked:")


def _wait(turn: Turn) -> None:
    while not turn.wait(0.2):  # in slices: on Windows an interrupt doesn't end a wait
        pass


def _name_of(model: str | os.PathLike[str] | Engine | None) -> str:
    if model is None or isinstance(model, (str, os.PathLike)):
        return os.path.basename(os.fspath(model or DEFAULT_MODEL).rstrip("/\\"))
    return model.name


def _weights(about: Mapping[str, Any]) -> str:
    """How a quantized model's weights are held, and why; empty for one that is as it was made."""
    bits = {"int8": "8 bits", "int4": "4 bits"}.get(about.get("quantization", ""))
    return f"{bits} a weight: {about.get('quantization_why', '')}" if bits else ""


def _status(state: EngineState, model: str, text: str, done: int | None = None, total: int | None = None) -> Any:
    """The trait's value; traitlets knows no TypedDict."""
    status: EngineStatus = {"state": state, "model": model, "text": text}
    if done is not None:
        status["done"] = done
    if total is not None:
        status["total"] = total
    return status


__all__ = ["ChatWidget", "TurnView"]
