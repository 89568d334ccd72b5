"""`Library`: the front end's code, sent to a page once, however many widgets there are; and its extras, when they are needed.

An anywidget model carries its code with it, and each instance again: ten widgets of 200 kB are 2 MB at every reload of
the page. So the code is one hidden model's, and what each widget carries is a loader of 2 kB that asks the page for that
model (`host.getWidget`, anywidget 0.11).

Nor is it that model's state: who executes a notebook without a page (nbclient, papermill, Voila, `nbconvert --execute`) writes
the state of all models into the file. It is told as a message, of which no file has anything. The extras (formulas, colours of
code, what compares two texts) are as much code again, which many pages never need, and come in the same way.
"""

from __future__ import annotations

import contextvars
import re
import threading
from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from ..assets import static
from ..chat import Listener
from ..conversation.turn import Origin, Turn
from ..copying import NotCopied
from ..reasoning import Kind
from .kernel import accept_commands_while_busy, forget_parent

_FORMULA_OR_CODE = re.compile(r"\\|\$|`{3}|~{3}")
"""What a text has that needs the extras; some that has it needs none. A sign that comes in two pieces the page notices."""


class _Told(anywidget.AnyWidget):
    """A widget whose page may be told something from any thread."""

    def __init__(self, **kwargs: Any) -> None:
        self._context = contextvars.copy_context()
        super().__init__(**kwargs)

    def _send(self, msg: Any, buffers: Any = None) -> None:
        """Every message of ours to a page, from whatever thread, in the context of the cell that made the widget.

        A message has a parent, which the kernel keeps in the context; a new thread has none, and on ipykernel 7.0
        (which Binder has) that is a LookupError.
        """
        context = self._context.copy()
        if msg.get("method") == "custom":
            context.run(forget_parent)
        context.run(super()._send, msg, buffers)


class Library(_Told):
    """The hidden model. It has no view of its own, and as its code what hears the two bundles."""

    _is_said = traitlets.Bool(False).tag(sync=True)
    """Whether the library's code has been told: a page that learns of the model only now has missed it, and asks."""

    current: Library | None = None
    """The one of this kernel, where it has been made."""
    _lock = threading.Lock()

    def __init__(self) -> None:
        self._esm = static("bundles.js").read_text("utf-8")
        # All of it now: when it is needed, another release may lie there.
        self._code = {name: static(f"{name}.js").read_text("utf-8") for name in ("library", "extras")}
        self._given: set[str] = set()
        super().__init__()
        accept_commands_while_busy(self.comm)
        self.on_msg(self._on_request)
        # Behind the model, before the cell can block: a kernel without subshells then hears no page that asks.
        self.give("library")
        self._is_said = True

    @classmethod
    def ref(cls) -> str:
        """How a widget's front end names the one library of this kernel, which is made now if there is none."""
        with cls._lock:
            if cls.current is None or cls.current.comm is None:  # closed: Widget.close_all() closes this one too
                cls.current = cls()
            return ref(cls.current)

    @classmethod
    def foresee(cls, text: str) -> None:
        """A page is about to be told `text`. Where that needs the extras, they come first, once."""
        library = cls.current
        if library is None or "extras" in library._given or not _FORMULA_OR_CODE.search(text):
            return
        with cls._lock:
            is_first = "extras" not in library._given
            library._given.add("extras")
        if is_first:
            library.give("extras")

    def give(self, name: str) -> None:
        """Tell a bundle's code to every page that shows this kernel's widgets."""
        self._given.add(name)
        self.send({"type": name, "code": self._code[name]})

    def _on_request(self, _widget: object, content: Any, _buffers: object) -> None:
        asked = content.get("type") if isinstance(content, Mapping) else None
        if isinstance(asked, str) and asked in self._code:
            self.give(asked)


class Foresight(Listener):
    """Gives pages the extras with the first text that needs them.

    A page asks for them by itself. But where nothing is heard while a cell runs (ipykernel before 7, and hosts without
    subshells), a cell that waits for a turn would show its formulas as TeX until it ends.
    """

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        Library.foresee(text)


class Loaded(NotCopied, _Told):
    """A widget whose front end is in the library."""

    _library = traitlets.Unicode().tag(sync=True)
    """Where the page finds the library; "anywidget:" and a model id."""

    def __init__(self, **kwargs: Any) -> None:
        self._esm = static("loader.js").read_text("utf-8")
        super().__init__(_library=Library.ref(), **kwargs)


def ref(widget: anywidget.AnyWidget) -> str:
    """How a widget's front end names another widget."""
    return f"anywidget:{widget.model_id}"
