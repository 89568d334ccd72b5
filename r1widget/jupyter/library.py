"""`Library`: the front end's code, sent to a page once, however many widgets there are.

An anywidget model carries its code with it, and each instance again: ten widgets of 400 kB are 4 MB at every reload of
the page. So the bundle is the code of one hidden model, and what each widget carries is a loader of 2 kB that asks the
page for that model (`host.getWidget`, anywidget 0.11).
"""

from __future__ import annotations

import contextvars
import pathlib
import threading
from typing import Any

import anywidget
import traitlets

from ..copying import NotCopied
from ..errors import R1WidgetError
from .kernel import forget_parent

_STATIC = pathlib.Path(__file__).parent.parent / "static"


def static(name: str) -> pathlib.Path:
    """A file of the front end, built when the package was."""
    path = _STATIC / name
    if not path.is_file():
        raise R1WidgetError(
            f"r1widget was installed without its front end ({name}).", "Run `make build`, or reinstall it."
        )
    return path


class Library(anywidget.AnyWidget):
    """The hidden model. It has no view of its own."""

    _library: Library | None = None
    _lock = threading.Lock()

    def __init__(self) -> None:
        self._esm = static("library.js").read_text("utf-8")
        super().__init__()

    @classmethod
    def ref(cls) -> str:
        """How a widget's front end names the one library of this kernel, which is made now if there is none."""
        with cls._lock:
            if cls._library is None or cls._library.comm is None:  # closed: Widget.close_all() closes this one too
                cls._library = cls()
            return ref(cls._library)


class Loaded(NotCopied, anywidget.AnyWidget):
    """A widget whose front end is in the library."""

    _library = traitlets.Unicode().tag(sync=True)
    """Where the page finds the library; "anywidget:" and a model id."""

    def __init__(self, **kwargs: Any) -> None:
        self._esm = static("loader.js").read_text("utf-8")
        self._context = contextvars.copy_context()
        super().__init__(_library=Library.ref(), **kwargs)

    def _send(self, msg: Any, buffers: Any = None) -> None:
        """Every message of ours to a page, from whatever thread, in the context of the cell that made the widget.

        A message has a parent, which the kernel keeps in the context; a new thread has none, and on ipykernel 7.0
        (which Binder has) that is a LookupError.
        """
        context = self._context.copy()
        if msg.get("method") == "custom":
            context.run(forget_parent)
        context.run(super()._send, msg, buffers)


def ref(widget: anywidget.AnyWidget) -> str:
    """How a widget's front end names another widget."""
    return f"anywidget:{widget.model_id}"
