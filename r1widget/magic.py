"""`%%r1` and `%r1`: a reasoning model from a cell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from .cells import cells
from .console import follow
from .errors import R1WidgetError
from .kernel import in_kernel
from .options import SETTINGS, chosen_settings, parse_assignment
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
        self._chat: ChatWidget | None = None

    @no_var_expand  # the cell is prose: `$` and `{}` in it are not IPython's
    @magic_arguments()
    @_settings_arguments
    @argument("--chat", metavar="NAME", help="ask a ChatWidget of yours, by its name; made if there is none")
    @argument("--new", action="store_true", help="begin a new conversation")
    @argument("--model", help='for a new conversation: a name, a folder, or "pocket"')
    @cell_magic
    def r1(self, line: str, cell: str) -> None:
        """Ask a reasoning model; the thought and the answer stream into the output and stay in the notebook.

        All `%%r1` cells of a notebook are one conversation, unless `--new` or `--chat` says otherwise. `{name}` in the
        question is replaced by the value of that variable; write `{{name}}` for the braces themselves.

            %%r1 --temperature 0.2
            My measurements are {data}. Is the mean above 3?
        """
        arguments = parse_argstring(self.r1, line)
        try:
            chat = self._choose(arguments.chat, arguments.model, new=arguments.new)
            turn = chat.send(fill_in(cell.strip(), self._names), **chosen_settings(arguments))
        except (R1WidgetError, TypeError) as problem:
            raise UsageError(str(problem)) from None
        if not in_kernel():  # a terminal: nobody there to draw a widget
            follow(chat, turn)
        else:
            display(TurnView(chat, turn))
            chat.wait(turn)

    @line_magic("r1")  # type: ignore[arg-type]  # IPython's decorators have no types
    @no_var_expand
    def r1_line(self, line: str) -> None:
        """What isn't a question.

        %r1                          how things stand: model, turns, settings
        %r1 model pocket             the model of the conversation that begins now
        %r1 set temperature=0.2      settings for the turns to come
        %r1 show                     the whole conversation, as a widget
        %r1 stop                     stop what runs
        %r1 export chat.md [none]    keep the conversation; the reasoning folded (or open, plain, none)
        """
        verb, *rest = _split(line) or ["status"]
        acts: dict[str, Callable[..., None]] = {
            "status": self._status,
            "model": self._begin,
            "set": self._set,
            "show": self._show,
            "stop": self._stop,
            "export": self._export,
        }
        if verb not in acts:
            raise UsageError(f"%r1 has no {verb!r}. There are: {', '.join(acts)}. A question goes below %%r1.")
        try:
            acts[verb](*rest)
        except (R1WidgetError, ValueError) as problem:
            raise UsageError(str(problem)) from None
        except TypeError as problem:
            wrong = "positional argument" in str(problem)
            raise UsageError(f"%r1 {verb} takes other arguments; see %r1?" if wrong else str(problem)) from None

    # ---- the acts of %r1

    def _status(self) -> None:
        chat = self._chat
        if chat is None:
            print("No conversation yet. Ask something below %%r1.")
            return
        changed = {name: value for name, value in chat.settings.to_dict().items() if value is not None}
        print(f"{chat.model_name} ({chat.engine_status['state']}), {len(chat.turns)} turns")
        print(", ".join(f"{name}={value}" for name, value in changed.items()))

    def _begin(self, model: str) -> None:
        self._model, self._chat = model, None

    def _set(self, first: str, *more: str) -> None:
        chat = self._choose(None, None, new=False)
        chat.settings = chat.settings.replace(dict(map(parse_assignment, (first, *more))))

    def _show(self) -> None:
        if self._chat is None:
            raise R1WidgetError("There is no conversation to show.", "Ask something below %%r1.")
        display(self._chat)

    def _stop(self) -> None:
        if self._chat is not None:
            self._chat.stop()

    def _export(self, path: str, reasoning: Any = "folded") -> None:
        if self._chat is None:
            raise R1WidgetError("There is no conversation to export.", "Ask something below %%r1.")
        self._chat.export(path, reasoning=reasoning)

    def _choose(self, name: str | None, model: str | None, *, new: bool) -> ChatWidget:
        """The chat a cell means."""
        if name is not None:
            chat = self._names.get(name)
            if chat is None or new:
                chat = self._names[name] = _new(model or self._model)
            if not isinstance(chat, ChatWidget):
                raise R1WidgetError(f"{name} is a {type(chat).__name__}, no ChatWidget.", "Give another name.")
            return chat
        if self._chat is None or new or model not in (None, self._model):
            self._model = model or self._model
            if self._chat is not None:
                self._chat.shown_by = ""
            self._chat = _new(self._model)
            self._chat.shown_by = "%r1 show"
        return self._chat


def _new(model: str | None) -> ChatWidget:
    """A chat that is a new one, although the cell may be run again: which one a cell means is said here."""
    with cells.anew():
        return ChatWidget(model)


_NAME = re.compile(r"\{\{|\}\}|\{([^\W\d]\w*)\}")


def fill_in(text: str, values: Mapping[str, Any]) -> str:
    """The text with each `{name}` replaced by that value; `{{` and `}}` are braces. Other braces stay as they are."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name not in values:
            raise R1WidgetError(
                f"The question has {{{name}}}, but there is no variable {name}.",
                f"Assign it in a cell before, or write {{{{{name}}}}} for the braces themselves.",
            )
        return str(values[name])

    return _NAME.sub(value, text)


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as problem:
        raise UsageError(f"{line!r} can't be read ({problem}).") from None


def load_ipython_extension(shell: InteractiveShell) -> None:
    shell.register_magics(R1Magics)
