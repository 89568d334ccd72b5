"""`%%r1` and `%r1`: a reasoning model from a cell."""

from __future__ import annotations

import contextlib
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeGuard, cast, get_args

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display

from .. import export
from ..chat import Chat
from ..conversation.question import question
from ..conversation.turn import Turn
from ..errors import R1WidgetError
from ..shell.console import follow
from ..shell.options import SETTINGS, assignments, chosen_settings, words
from .cells import cells
from .filling import fill_in
from .kernel import in_kernel
from .widget import ChatWidget, TurnView


def _settings_arguments(magic: Any) -> Any:
    """The flags that the command line has too."""
    for flag, kind, help in SETTINGS:
        magic = argument(flag, type=kind, help=help)(magic)
    return magic


@magics_class
class R1Magics(Magics):
    """The magics of one shell. They share one chat, made with the first question."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._names: dict[str, Any] = shell.user_ns
        self._model: str | None = None
        self.chat: Chat | ChatWidget | None = None
        """Of all cells that name none."""
        self._widgets: weakref.WeakValueDictionary[int, ChatWidget] = weakref.WeakValueDictionary()
        """Of chats without one that a cell named, by their `id`: they hold what listens to them."""

    @no_var_expand  # the cell is prose: `$` and `{}` in it are not IPython's
    @magic_arguments()
    @_settings_arguments
    @argument("--chat", metavar="NAME", help="ask a ChatWidget of yours, by its name; made if there is none")
    @argument("--new", action="store_true", help="begin a new conversation")
    @argument("--model", help='of a conversation that begins: a name, a folder, or "pocket"')
    @cell_magic
    def r1(self, line: str, cell: str) -> None:
        r"""Ask a reasoning model; the thought and the answer stream into the output and stay in the notebook.

        All `%%r1` cells of a notebook are one conversation, unless `--new` or `--chat` says otherwise.

            %%r1 --temperature 0.2
            My measurements are {data}. Is the mean above 3?

        `{name}` is replaced by that variable's value where it stands alone: not right behind a letter, a digit, one of
        `\ ^ _ $ # % @` or a closing bracket, and not in other braces, formulas or code. So `\frac{a}{b}`, `{"a": 1}` and
        `${HOME}` stay as typed. Write `{{name}}` for `{name}` itself. The output says what was filled in.
        """
        with _usage():
            arguments = self.r1.parser.parse_args(words(line))
            filled = fill_in(cell.strip(), self._names)
            text = question(filled.text)
            chosen = self._choose(arguments.chat, arguments.model, new=arguments.new)
            chat = _chat_of(chosen)
            turn = Turn(text)
            if filled.values:
                turn.record["filled_in"] = filled.values  # before it is asked: from then on the record is the thread's
            chat.send(turn, **chosen_settings(arguments))
        if note := str(filled):
            print(note)
        if not in_kernel():  # nobody there to draw a widget
            follow(chat, turn)
        else:
            widget = self._widget_of(chosen)
            chat.wait_while(lambda: display(TurnView(widget, turn)), turn)

    @line_magic("r1")  # type: ignore[arg-type]  # IPython's decorators have no types
    @no_var_expand
    def r1_line(self, line: str) -> None:
        """What isn't a question.

        %r1                          how things stand: model, turns, settings
        %r1 model pocket             begin a new conversation, with this model
        %r1 set temperature=0.2      settings for the turns to come, as in budget=500 stop_loops=True
        %r1 show                     the whole conversation, as a widget
        %r1 stop                     stop what runs
        %r1 export chat.md [none]    keep the conversation; the reasoning folded (or open, plain, none)
        """
        verb, _, rest = line.strip().partition(" ")
        acts: dict[str, Callable[[str], None]] = {
            "": self._status,
            "status": self._status,
            "model": self._model_line,
            "set": self._set,
            "show": self._show,
            "stop": self._stop,
            "export": self._export,
        }
        with _usage():
            if verb not in acts:
                raise R1WidgetError(
                    f"%r1 has no {verb!r}.", f"There are: {', '.join(filter(None, acts))}. A question goes below %%r1."
                )
            acts[verb](rest.strip())

    # ---- the acts of %r1

    def _status(self, rest: str) -> None:
        _nothing("status", rest)
        chat = self.chat
        if chat is None:
            print("No conversation yet. Ask something below %%r1.")
            return
        turns = len(chat.turns)
        print(f"{chat.model_name} ({_chat_of(chat).status['state']}), {turns} turn{'' if turns == 1 else 's'}")
        settings = chat.settings.to_dict().items()
        print(
            ", ".join(
                f"{name}={value!r}"
                for name, value in settings
                if value is not None and value != "" and value is not False
            )
        )

    def _model_line(self, rest: str) -> None:
        model = _unquoted(rest)
        if not model:
            raise R1WidgetError("%r1 model wants a name.", "For example: %r1 model pocket")
        if len(model.split()) > 1 and not os.path.exists(os.path.expanduser(model)):
            raise R1WidgetError(f"There is no folder {model!r}, and no model's name has a space.", "Give one name.")
        self._begin(model)

    def _set(self, rest: str) -> None:
        changes = assignments(rest)
        chat = self._choose(None, None, new=False)
        chat.settings = chat.settings.replace(changes)

    def _show(self, rest: str) -> None:
        _nothing("show", rest)
        if self.chat is None:
            raise R1WidgetError("There is no conversation to show.", "Ask something below %%r1.")
        display(self.chat)

    def _stop(self, rest: str) -> None:
        _nothing("stop", rest)
        if self.chat is not None:
            self.chat.stop()

    def _export(self, rest: str) -> None:
        if self.chat is None:
            raise R1WidgetError("There is no conversation to export.", "Ask something below %%r1.")
        path, reasoning = _path_and_reasoning(rest)
        self.chat.export(path, reasoning=reasoning)

    # ---- which chat is meant

    def _choose(self, name: str | None, model: str | None, *, new: bool) -> Chat | ChatWidget:
        """The chat that a cell means. What it says of that chat must be so, or become so: nothing is passed over."""
        chat = self.chat if name is None else self._named(name)
        if chat is None or (new and name is None) or (name is None and not chat.turns and model is not None):
            return self._begin(model, name)
        if new:
            raise R1WidgetError(
                f"{name} is a conversation already, so it can't be a new one.",
                "Leave out --new, or give a name that isn't taken.",
            )
        if model is not None and not _chat_of(chat).is_with(model):
            raise R1WidgetError(
                f"The conversation{f' {name}' if name else ''} is with {chat.model_name}, not with {model}.",
                f"Leave out --model, or {'give another --chat' if name else 'add --new'} to begin one with {model}.",
            )
        return chat

    def _widget_of(self, chosen: Chat | ChatWidget) -> ChatWidget:
        chat = _chat_of(chosen)
        if chosen is not chat:
            return cast("ChatWidget", chosen)
        widget = self._widgets.get(id(chat))
        if widget is None or widget.chat is not chat:
            with cells.anew():
                widget = self._widgets[id(chat)] = ChatWidget(chat)
        return widget

    def _named(self, name: str) -> Chat | ChatWidget | None:
        if not name.isidentifier():
            raise R1WidgetError(f"{name!r} can't be the name of a variable.", "Give a name such as chat.")
        chat = self._names.get(name)
        if chat is not None and not _is_chat(chat):
            raise R1WidgetError(f"{name} is a {type(chat).__name__}, no ChatWidget.", "Give another name.")
        return chat

    def _begin(self, model: str | None, name: str | None = None) -> Chat | ChatWidget:
        """A new conversation, with the settings of that before it."""
        settings = self.chat.settings if self.chat and name is None else None
        with cells.anew():  # although the cell may be run again: which chat it means is said here
            kind = ChatWidget if in_kernel() else Chat
            chat = kind(model or self._model, settings=settings)
        if name is None:
            if isinstance(self.chat, ChatWidget):
                self.chat.shown_by = ""
            self._model, self.chat = model or self._model, chat
            if isinstance(chat, ChatWidget):
                chat.shown_by = "%r1 show"
        else:
            self._names[name] = chat
        return chat


def _is_chat(value: object) -> TypeGuard[Chat | ChatWidget]:
    """Also one that was made before `%autoreload` loaded us again: its class is of the same name, and another."""
    ours = {(kind.__module__, kind.__qualname__) for kind in (Chat, ChatWidget)}
    return any((kind.__module__, kind.__qualname__) in ours for kind in type(value).__mro__)


def _chat_of(shown: Chat | ChatWidget) -> Chat:
    return shown.chat if hasattr(shown, "chat") else shown


@contextlib.contextmanager
def _usage() -> Iterator[None]:
    """What a person can put right is one line to them, and no traceback."""
    try:
        yield
    except (R1WidgetError, TypeError, ValueError) as problem:
        raise UsageError(str(problem)) from None


def _nothing(verb: str, rest: str) -> None:
    if rest:
        raise R1WidgetError(f"%r1 {verb} takes nothing more, and there is {rest!r}.", "See %r1?")


def _unquoted(text: str) -> str:
    """A path or a name as it stands, spaces and backslashes and all; quotes around it are taken away."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _path_and_reasoning(rest: str) -> tuple[str, Any]:
    """`chat.md`, `my chat.md none`, `"C:\\my chats\\one.md" none`; the reasoning is the last word behind a path."""
    *path, last = rest.rsplit(maxsplit=1) or [""]
    if path and (
        last in get_args(export.Reasoning) or Path(_unquoted(path[0].strip())).suffix.lower() in export.FORMATS
    ):
        return _unquoted(path[0].strip()), last
    if not rest:
        raise R1WidgetError("%r1 export wants a file.", "For example: %r1 export chat.md")
    return _unquoted(rest), "folded"


def load_ipython_extension(shell: InteractiveShell) -> None:
    shell.register_magics(R1Magics)
