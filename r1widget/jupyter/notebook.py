"""`Notebook`: which cell of the notebook runs, and what it has shown when it ends. Nothing of chats is known here.

Who executes a notebook without a page (nbclient, papermill) hears of an output only what is said in the name of the cell that
runs. So whatever is told of outputs, from any thread, is told in that cell's name (`context`), and what was told between two
cells is told again at the end of the next (`Listener.cell_ended`).
"""

from __future__ import annotations

import contextvars
import logging
import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Widget

from .kernel import Run, in_kernel, this_run, widget_of

logger = logging.getLogger("r1widget")

_VIEW = "application/vnd.jupyter.widget-view+json"


class Listener(Protocol):
    """Who is told of the end of each cell. In the main thread; what is displayed then is still an output of that cell."""

    def cell_ended(self, run: Run, shown: Sequence[Widget]) -> None:
        """`shown`: what the cell has shown, widgets and those within them, in order."""


class Notebook:
    """What a kernel knows of its notebook. There is one, made with the first chat; None in a terminal."""

    _here: Notebook | None = None

    def __init__(self, shell: InteractiveShell) -> None:
        self.run: Run | None = None
        """Of the cell that runs."""
        self.context: contextvars.Context | None = None
        """In which an output is that cell's, from any thread."""
        self._shell = shell
        self._depth = 0  # a cell may run others, as `%run` of a notebook does
        self._shown: list[object] = []
        self._listeners: weakref.WeakKeyDictionary[Any, weakref.ref[Widget] | None] = weakref.WeakKeyDictionary()
        shell.events.register("pre_run_cell", self._begun)
        shell.events.register("post_run_cell", self._ended)
        self._begun()  # the cell that makes the first chat runs already

    @classmethod
    def here(cls) -> Notebook | None:
        if cls._here is None and in_kernel():
            cls._here = cls(InteractiveShell.instance())
        return cls._here

    def tell(self, listener: Listener, of: Widget | None = None) -> None:
        """Tell it of each cell's end from now on, as long as it lives; in the order in which the cell has shown `of`."""
        self._listeners[listener] = None if of is None else weakref.ref(of)

    def shown(self) -> list[Widget]:
        """What the cell has shown so far: widgets, and those within them, each once, in order."""
        return _with_what_is_in([*self._shown])

    def _begun(self, _info: object = None) -> None:
        if threading.current_thread() is not threading.main_thread():
            return  # a subshell runs cells, too; they are nobody's outputs
        run = this_run()
        if run is None:
            return
        if run != self.run:
            self.run, self.context, self._depth, self._shown = run, contextvars.copy_context(), 0, []
        self._depth += 1
        publisher: Any
        for publisher in (self._shell.display_pub, self._shell.displayhook):
            if hasattr(publisher, "register_hook"):  # a kernel's; of `displayhook` since ipykernel 7.4
                publisher.unregister_hook(self._note)
                publisher.register_hook(self._note)  # in this thread

    def _ended(self, result: Any = None) -> None:
        run = self.run
        if run is None or threading.current_thread() is not threading.main_thread():
            return
        self._depth -= 1
        if self._depth > 0:
            return
        # First: what is told from now on has to be told again in the next cell.
        self.run = self.context = None
        self._shown.append(getattr(result, "result", None))
        shown, self._shown = self.shown(), []
        places = {id(widget): place for place, widget in enumerate(shown)}
        order = {each: places.get(id(of and of()), len(places)) for each, of in self._listeners.items()}
        for listener in sorted(order, key=lambda each: order[each]):
            try:
                listener.cell_ended(run, shown)
            except Exception:  # it would be printed into the cell
                logger.exception("what r1widget does at the end of a cell failed")

    def _note(self, message: dict[str, Any]) -> dict[str, Any]:
        """Which widget a display is of. The message goes on as it is."""
        view = message["content"].get("data", {}).get(_VIEW)
        if isinstance(view, Mapping):
            self._shown.append(widget_of(str(view.get("model_id"))))
        return message


LONGEST = 1000
"""Of the lists that are looked through for widgets. No box has as many, and lists of numbers are longer."""


def _with_what_is_in(things: Sequence[object]) -> list[Widget]:
    """The widgets among things, and those that their synced traits hold, as a box does its children; each once, in order."""
    found: dict[int, Widget] = {}

    def look(thing: object, depth: int) -> None:
        if isinstance(thing, Widget) and id(thing) not in found:
            found[id(thing)] = thing
            for name in thing.keys:
                if name not in ("layout", "style"):
                    look(getattr(thing, name), 0)
        elif isinstance(thing, (list, tuple, Mapping)) and len(thing) <= LONGEST and depth < 3:
            for each in thing.values() if isinstance(thing, Mapping) else thing:
                look(each, depth + 1)

    for thing in things:
        if isinstance(thing, Widget):
            look(thing, 0)
    return [*found.values()]
