"""`ChatWidget`: a conversation with a model, in a notebook. Wiring only.

The page's commands become acts of the `Generation`; what the generation does goes to the `Page`, and what is to stay in the
notebook's file is `Keeping`'s.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

import traitlets

from ..chat import Chat
from ..conversation.question import is_message
from ..conversation.turn import Turn
from ..engines import Engine, is_name
from ..settings import Settings
from .acts import Acts
from .cells import ByCell
from .commands import Commands
from .keeping import Keeping, TurnView
from .kernel import accept_commands_while_busy, kernel_id, read_every_message
from .library import Foresight, Loaded
from .page import Page
from .returning import Before, Where, named, place_chat
from .suggestions import check_suggestions
from .traits import Traits


class ChatWidget(Acts, Loaded, metaclass=ByCell):
    """A view of a `Chat`, in a notebook: a conversation with a reasoning model.

    Usage::

        chat = ChatWidget()                      # DeepSeek-R1-Distill-Qwen-1.5B, on this machine
        chat = ChatWidget("pocket")              # the built-in model: 5 MB, arithmetic, no network
        chat = ChatWidget("some-model", base_url="http://localhost:8000/v1")   # an OpenAI-compatible server
        chat                                     # shows it
        turn = chat.ask("What is 17 × 24?")      # blocks; streams into the widget meanwhile
        turn.reasoning, turn.answer, turn.record
        chat.export("chat.md")

    All that can be done with a `Chat` can be done with its widget, which has it as `.chat`. `model` is a name, a folder, an
    `Engine`, or a `Chat` that is to be shown; there may be several widgets of one. `settings` are the defaults of this
    chat's turns. `title` is what the model is called, where its own name says little. `language` is the interface's, `unfold` says
    when a thought is open, `predict` hides each answer until its reader has written what they expect, and `suggestions` are questions
    that an empty chat offers. `options` go to the engine.

    With a `name` it goes on with this notebook's conversation of that name, in whatever kernel; `keep=False` leaves no trace of
    it, neither in this machine's history nor in the notebook's file.
    """

    engine_status = traitlets.Dict().tag(sync=True)
    """What the model is doing: an `EngineStatus`."""
    blocking = traitlets.Bool(False).tag(sync=True)
    """Whether a cell waits for a turn of this chat, so that the page's Stop may interrupt it."""
    model_name = traitlets.Unicode().tag(sync=True)
    """The model, as a person calls it. A folder's name, never its path."""
    language = traitlets.Enum(["auto", "en", "zh"], default_value="auto").tag(sync=True)
    """The language of the interface: `"en"`, `"zh"` (simplified Chinese), or `"auto"`, the browser's. It may change while the chat is
    shown: a person sets it in the page, or code here. What the model writes doesn't depend on it, nor does anything in the kernel."""

    unfold = traitlets.Enum(["auto", "always", "never"], default_value="auto").tag(sync=True)
    """When a thought is open: `"auto"` while the model thinks, `"always"` (in the notebook's transcript too, so that print
    and PDF have it), or `"never"`. What the reader folds or unfolds with their own hand stays as they left it."""
    predict = traitlets.Bool(False).tag(sync=True)
    """Whether the page hides an answer until its reader has written what they expect, or wants to see it without. Of the page alone:
    the notebook's own text, files and code have the answer."""

    thinking_budget = traitlets.Int(None, allow_none=True, min=0).tag(sync=True)
    """The setting `thinking_budget` of turns to come, in tokens, so that a page can show and change it. None: no limit."""
    stop_loops = traitlets.Bool(False).tag(sync=True)
    """The setting `stop_loops` of turns to come."""

    turn_settings = traitlets.Dict(read_only=True).tag(sync=True)
    """All the settings of turns to come, as `Settings.to_dict` has them, so that a page can show them. It follows `settings`, which
    can be set; a page asks for a change with the command `set`, since a value may be refused."""
    suggestions = traitlets.List(traitlets.Unicode(), allow_none=True, default_value=None).tag(sync=True)
    """Questions that an empty chat offers. None: those that suit the model; an empty list: none."""

    called = traitlets.Unicode().tag(sync=True)
    """What to run to show this chat, as the person's code calls it: `chat`, `chats[0]`, `Out[3]`. Empty: nobody knows."""
    shown_by = ""
    """What to run where no variable has it."""
    kept = traitlets.Unicode("journal").tag(sync=True)
    """Where the chat is kept beside the notebook: `"journal"`; `"off"` where this machine keeps nothing; `"nowhere"`, and then not
    in the notebook's file either."""
    before = traitlets.Dict().tag(sync=True)
    """What the chat's cell had before it, or the chat itself before `new_chat`, `{"turns", "at", "interrupted"}`, as long as the
    chat is empty; empty: nothing."""
    is_again = traitlets.Bool(False).tag(sync=True)
    """Whether the cell that makes this chat was run again, and brought it back. Until the next question."""
    _instead = 'Take chat.conversation, which can, or chat.export("chat.json").'

    def __init__(
        self,
        model: str | os.PathLike[str] | Engine | Chat | None = None,
        *,
        base_url: str | None = None,
        quantization: str | None = "auto",
        settings: Settings | Mapping[str, Any] | None = None,
        language: Literal["auto", "en", "zh"] = "auto",
        unfold: Literal["auto", "always", "never"] = "auto",
        predict: bool = False,
        suggestions: Sequence[str] | None = None,
        name: str | None = None,
        keep: bool = True,
        title: str | None = None,
        **options: Any,
    ) -> None:
        offered = check_suggestions(suggestions)
        where, restored = Where.here(), None
        try:
            if isinstance(model, Chat):
                said = {"name": name, "keep": None if keep else keep, "title": title}
                said = {**{name: value for name, value in said.items() if value is not None}, **options}
                chat = _as_it_is(model, base_url, quantization, settings, said)
            elif name is not None and keep and (live := named.find(where, name, model)) is not None:
                chat = model = _as_it_is(live, None, "auto", settings, {})
            else:
                chat = Chat(
                    model,
                    base_url=base_url,
                    quantization=quantization,
                    settings=settings,
                    keep=keep,
                    title=title,
                    **options,
                )
                restored = place_chat(chat, where, name)
        except BaseException:
            base_url, options = None, {}  # no variable that a traceback shows has a password or a key
            raise
        super().__init__(
            model_name=chat.model_name,
            engine_status=chat.status,
            language=language,
            unfold=unfold,
            predict=predict,
            suggestions=offered,
            kept=chat.kept,
        )
        self.chat = chat
        self._is_own, self._made_with = chat is not model, language
        self._is_met = self._has_typed = False  # whether a page has been heard of; whether a person made turns in it
        self._page = Page(chat.conversation, chat.place, super().send)
        self._page.kernel, self._page.chat = kernel_id(), self.model_id or ""
        self._before = Before(chat, restored, partial(setattr, self, "before"))
        self._commands = Commands(chat, self._page, self._before)
        self._keeping = Keeping(self, lambda: self._is_met)
        self._listeners = (Foresight(), self._page, self._keeping, Traits(self))
        for listener in self._listeners:
            chat.listen(listener)
        accept_commands_while_busy(self.comm)
        read_every_message()
        self.on_msg(self._on_command)

    @classmethod
    def load(
        cls,
        source: str | os.PathLike[str],
        model: str | os.PathLike[str] | Engine | None = None,
        *,
        name: str | None = None,
        language: Literal["auto", "en", "zh"] = "auto",
        unfold: Literal["auto", "always", "never"] = "auto",
        predict: bool = False,
        suggestions: Sequence[str] | None = None,
        **options: Any,
    ) -> ChatWidget:
        """A conversation again, in a widget; `Chat.load` says from where."""
        offered = check_suggestions(suggestions)
        chat = Chat.load(source, model, name=name, **options)
        widget: ChatWidget = cls(chat, language=language, unfold=unfold, predict=predict, suggestions=offered)
        widget._is_own = True
        return widget

    # ---- acts that are a widget's own (all others are in acts.py)

    @property
    def settings(self) -> Settings:
        """The defaults of this chat's turns. They are set as a whole, as `ChatWidget(settings=…)` takes them: what a mapping
        doesn't name has its default. `chat.settings.replace({…})` is this chat's with some changed."""
        return self.chat.settings

    @settings.setter
    def settings(self, settings: Settings | Mapping[str, Any]) -> None:
        self.chat.settings = settings

    @traitlets.observe("thinking_budget", "stop_loops")
    def _on_setting(self, change: Mapping[str, Any]) -> None:
        """Set by a page, or by a person's code."""
        if "chat" in self.__dict__ and getattr(self.chat.settings, change["name"]) != change["new"]:
            self.chat.settings = self.chat.settings.replace({change["name"]: change["new"]})

    @traitlets.validate("suggestions")
    def _suggestions_can_be(self, proposal: Mapping[str, Any]) -> list[str] | None:
        return check_suggestions(proposal["value"])

    def send(self, text: Any, buffers: Any = None, **settings: Any) -> Turn:
        """Ask, and return at once; `turn.wait()` waits for the end. Questions queue.

        `settings` change those of the chat for this turn. (A widget of ipywidgets has a `send` too, for messages to its
        page; a dictionary still goes there.)
        """
        if isinstance(text, Mapping) and not is_message(text):
            return super().send(text, buffers)  # type: ignore[no-any-return]
        return self.chat.send(text, **settings)

    def close(self) -> None:
        """Take the widget off all pages. A chat that was made with it stops, and its model is freed where no other chat shares
        it."""
        if "chat" in self.__dict__:  # ipywidgets closes what is collected, also what was refused at the door
            if self._is_own:
                self.chat.close()
            for listener in self._listeners:
                self.chat.unlisten(listener)
        super().close()

    # ---- display, and being made again by the cell that made it (cells.py)

    def __repr__(self) -> str:
        name = type(self).__name__
        return repr(self.chat).replace("<Chat ", f"<{name} ", 1) if "chat" in self.__dict__ else f"<{name}>"

    def _ipython_display_(self) -> None:
        self._keeping.show()

    @property
    def is_typed_into(self) -> bool:
        return self._has_typed and bool(self.turns) and self.comm is not None

    def make_again(
        self,
        model: str | os.PathLike[str] | Engine | Chat | None = None,
        *,
        settings: Settings | Mapping[str, Any] | None = None,
        language: Literal["auto", "en", "zh"] | None = None,
        unfold: Literal["auto", "always", "never"] = "auto",
        predict: bool = False,
        suggestions: Sequence[str] | None = None,
    ) -> None:
        """Go on, as it would be if it were made now."""
        offered = check_suggestions(suggestions)
        chosen = Settings.of({} if settings is None else settings)  # first, since it may be refused
        if not (isinstance(model, Chat) or is_name(model)):  # another object, which says the same of itself
            self.chat.use(model)
        if self._is_own or settings is not None:
            self.settings = chosen
        if language is not None or self.language == self._made_with:  # else a person has chosen one in the page
            self.language = self._made_with = language or "auto"
        self.unfold, self.predict, self.is_again = unfold, predict, True
        self.set_trait("suggestions", offered)

    def kept_aside(self) -> str:
        return self._keeping.aside()

    # ---- what the page asks for

    def _on_command(self, _widget: object, content: Any, _buffers: object) -> None:
        self._is_met = True
        before = len(self.conversation.all_turns)
        self._commands.answer(content)
        self._has_typed |= len(self.conversation.all_turns) > before


def _as_it_is(chat: Chat, base_url: object, quantization: object, settings: Any, options: Mapping[str, Any]) -> Chat:
    """A chat that is to be shown: what is said of its model, and of where it is kept, was said when it was made."""
    if base_url is not None or quantization != "auto" or options:
        named = ", ".join(
            [*(["base_url"] if base_url else []), *(["quantization"] if quantization != "auto" else []), *options]
        )
        raise TypeError(
            f"A Chat has been made already, so it takes no {named}. Give that to Chat(…), where it can be said."
        )
    if settings is not None:
        chat.settings = settings
    return chat


__all__ = ["ChatWidget", "TurnView"]
