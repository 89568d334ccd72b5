"""`Library`: the front end's code, sent to a page once, however many widgets there are; and its extras, when they are needed.

An anywidget model carries its code with it, and each instance again: ten widgets of 200 kB are 2 MB at every reload of
the page. So the bundle is the code of one hidden model, and what each widget carries is a loader of 2 kB that asks the
page for that model (`host.getWidget`, anywidget 0.11).

The extras (formulas, colours of code, what compares two texts) are as much code again, which many pages never need. They are a
message and not the code of one more model: Jupyter sends a page all models that there are, whenever it opens.
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
    """The hidden model. It has no view of its own."""

    current: Library | None = None
    """The one of this kernel, where it has been made."""
    _lock = threading.Lock()

    def __init__(self) -> None:
        self._esm = static("library.js").read_text("utf-8")
        # Now, with the other: when they are needed, another release may lie there.
        self._extras = static("extras.js").read_text("utf-8")
        self._has_given = False
        super().__init__()
        accept_commands_while_busy(self.comm)
        self.on_msg(self._on_request)

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
        if library is None or library._has_given or not _FORMULA_OR_CODE.search(text):
            return
        with cls._lock:
            is_first, library._has_given = not library._has_given, True
        if is_first:
            library.give_extras()

    def give_extras(self) -> None:
        """To every page that shows this kernel's widgets."""
        self._has_given = True
        self.send({"type": "extras", "code": self._extras})

    def _on_request(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, Mapping) and content.get("type") == "extras":
            self.give_extras()


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
