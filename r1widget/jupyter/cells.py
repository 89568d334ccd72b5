"""`Cells`: which chats the cells of a notebook have made, so that running a cell again brings its conversation back.

A chat that a person has typed into goes on where the same cell makes it again, in the same kernel, with the same arguments
(`settings`, `language`, `unfold`, `predict` and `suggestions` may be others, and are taken over): it is the same object, so that whatever
shows it or holds it goes on as well. The second of two chats with the same arguments is the second again. A chat with turns of code alone
(`chat.ask` in a cell) is made anew, so that a notebook that is run twice is the same as one that is run once.

What a person typed and this run of the cell doesn't make again, since its arguments have changed, stands folded below what the
cell shows now, and comes back with its arguments. Where Jupyter doesn't say which cell runs (nbclient, a console) every chat is new.
"""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from ipywidgets import Widget
from traitlets import MetaHasTraits

from ..engines import name_of
from .kernel import Run, this_run
from .naming import names_of
from .notebook import Notebook

_TAKEN_OVER = ("settings", "language", "unfold", "predict", "suggestions")
"""Arguments that a chat goes on with, whatever they were."""


class Chat(Protocol):
    """What is asked of a chat."""

    called: str
    shown_by: str

    def make_again(self, **arguments: Any) -> None:
        """The code makes it again, with these arguments."""

    @property
    def is_typed_into(self) -> bool:
        """Whether it has turns that a person made in the page, and is open."""

    def kept_aside(self) -> str:
        """What was said, folded, as Markdown."""


@dataclass(eq=False)
class _Made:
    arguments: dict[str, Any] = field(repr=False)
    """May have a server's key in them."""
    chat: weakref.ref[Any]
    """Not the chat itself: an engine of gigabytes may go with it, when the person lets it go."""
    aside: str = ""
    """What was said in it, when it wasn't made again."""


class _Cell:
    """One cell's chats: those of the run that made some last, and those of earlier ones that it hasn't made again."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self.made: list[_Made] = []
        self.left: list[_Made] = []
        self.held: list[object] = []
        """While the cell runs, which may put another chat in the variable that has the one before."""

    def begin(self, run: Run) -> None:
        if run != self.run:
            self.run, self.left, self.made = run, [*self.made, *self.left], []
            self.held = [made.chat() for made in self.left]

    def end(self) -> list[str]:
        """The run has ended: what is to stand below what it shows."""
        for made in self.left:
            if (chat := made.chat()) is not None:
                made.aside = chat.kept_aside() if chat.is_typed_into else ""
        self.left = [made for made in self.left if made.aside]
        self.held = []
        return [made.aside for made in self.left]


class Cells:
    """The cells of this kernel's notebook."""

    def __init__(self) -> None:
        self.by_id: dict[str, _Cell] = {}
        """What each cell has made, by what Jupyter calls the cell."""
        self._chats: weakref.WeakSet[Any] = weakref.WeakSet()
        self._is_new = False

    @contextmanager
    def anew(self) -> Iterator[None]:
        """Every chat that is made within is a new one."""
        before, self._is_new = self._is_new, True
        try:
            yield
        finally:
            self._is_new = before

    def made_before(self, arguments: dict[str, Any]) -> Any:
        """The chat that this cell is making again; None if it is a new one."""
        if (cell := self._cell()) is None or self._is_new:
            return None
        for made in cell.left:
            chat = made.chat()
            if chat is not None and chat.is_typed_into and _are_the_same(made.arguments, arguments):
                cell.left.remove(made)
                cell.made.append(made)
                return chat
        return None

    def make(self, arguments: dict[str, Any], chat: Chat) -> None:
        """The cell has made a chat."""
        self._chats.add(chat)
        if (notebook := Notebook.here()) is not None:
            notebook.tell(self)
        if (cell := self._cell()) is not None:
            cell.made.append(_Made(arguments, weakref.ref(chat)))

    def cell_ended(self, run: Run, shown: Sequence[Widget]) -> None:
        cell = self.by_id.get(run.cell or "")
        if cell is not None and cell.run == run:
            for aside in cell.end():
                display({"text/markdown": aside, "text/plain": "A conversation, as Markdown."}, raw=True)
        for chat, name in self._named():
            chat.called = name or chat.shown_by

    def _named(self) -> list[tuple[Chat, str]]:
        chats = [*self._chats]
        names = names_of(tuple({type(chat) for chat in chats}), InteractiveShell.instance().user_ns)
        return [(chat, names.get(id(chat), "")) for chat in chats]

    def _cell(self) -> _Cell | None:
        if threading.current_thread() is not threading.main_thread() or (run := this_run()) is None or run.cell is None:
            return None
        cell = self.by_id.setdefault(run.cell, _Cell())
        cell.begin(run)
        return cell


cells = Cells()


class ByCell(MetaHasTraits):
    """Makes a widget, unless the cell makes again what it has made before."""

    @property
    def __signature__(cls) -> inspect.Signature:
        """For who asks for help: without it they would see what `__call__` takes."""
        made = inspect.signature(cls.__init__)  # type: ignore[misc]  # of this very class
        return made.replace(parameters=[*made.parameters.values()][1:])

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        try:
            arguments = inspect.signature(cls).bind(*args, **kwargs).arguments
        except TypeError:
            return super().__call__(*args, **kwargs)  # says what is wrong
        key = {"class": cls, **{name: _told_by(value) for name, value in arguments.items() if name not in _TAKEN_OVER}}
        try:
            if (chat := cells.made_before(key)) is not None:
                chat.make_again(**{name: arguments[name] for name in ("model", *_TAKEN_OVER) if name in arguments})
                return chat
            chat = super().__call__(*args, **kwargs)
        except BaseException:
            # A password or a key may be in them, and tracebacks show variables.
            args, kwargs, arguments, key = (), {}, {}, {}
            raise
        cells.make(key, chat)
        return chat


def _told_by(value: Any) -> Any:
    """What tells an argument from another. An engine that a cell makes is another object with each run."""
    if isinstance(value, Mapping):
        return {name: _told_by(each) for name, each in value.items()}
    return (type(value), name_of(value)) if hasattr(value, "stream") else value


def _are_the_same(some: object, others: object) -> bool:
    try:
        return bool(some == others)
    except Exception:  # of a type that doesn't say
        return False
