"""`Transcript`: text outputs of the notebook that follow the conversation, so that the saved file holds it.

A widget's view is nothing without a kernel. So each display makes a view, and below it the conversation as `text/markdown`, in
as many outputs as transcript_parts.py has parts, each under a display id. The page hides them while the view is alive; a notebook that is
opened without a kernel, on GitHub or in nbconvert shows them. No setting has to be switched on for that.
"""

from __future__ import annotations

import contextvars
import threading
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from ..conversation.turn import Turn
from ..export.stored import MIME
from .kernel import Run, in_kernel, is_captured, this_run
from .notebook import Notebook
from .transcript_parts import Part, joined

_SAVED = "<sub>Saved text. The live view above is there as long as its kernel runs.</sub>\n\n"
"""What a notebook's text begins with. JupyterLab draws a view whose kernel has ended as an error, whatever stands beside it in
the same output (ipywidgets' renderer knows nothing else); so the text says what is missing there."""


class Transcript:
    """The texts below a view.

    `parts` gives what each of them is made of, and `data` what stands beside the Markdown of turns, to be read again. `is_met` says whether a page is there: it hears of an output whenever it is told
    of, while what executes a notebook without one hears only the cell that runs. `context` is where there is no such cell.
    """

    def __init__(
        self,
        parts: Callable[[], Sequence[Part]],
        data: Callable[[Sequence[Turn]], dict[str, Any]],
        is_met: Callable[[], bool],
        context: contextvars.Context,
    ) -> None:
        self._parts, self._data = parts, data
        self._is_met = is_met
        self._context = context
        self._texts: list[_Text] = []
        self._lock = threading.RLock()  # what is told first is older
        self.run: Run | None = None
        """Which run of a cell displayed it last."""

    @property
    def is_displayed(self) -> bool:
        return bool(self._texts)

    def display_below(self, view: anywidget.AnyWidget, title: str) -> None:
        """Put the view and, below it, the texts into the output of the cell that runs."""
        with self._lock:
            show(view, title)
            parts = self._parts()
            self._texts = self._texts or [_Text(self._data, is_first=number == 0) for number in range(len(parts))]
            for text, part in zip(self._texts, parts, strict=True):
                text.become(part)
                text.was_heard = True
                display(text.data(), raw=True, display_id=text.display_id)
            self.run = this_run()

    def update(self) -> int:
        """Bring the texts in the notebook up to date, from any thread; about how many characters were told."""
        return self._update(None)

    def cell_ended(self, run: Run) -> None:
        """The same at a cell's end, and in its name; so those, too, that may not have been heard before."""
        self._update(run)

    def empty(self) -> None:
        """From now on there is nothing in it."""
        with self._lock:
            nothing = [Part([], ()) for _ in self._texts]
            self._parts = lambda: nothing
            self._update(None)

    def _update(self, ending: Run | None) -> int:
        told = 0
        with self._lock:
            if not self._texts or not InteractiveShell.initialized():
                return told
            for text, part in zip(self._texts, self._parts(), strict=True):
                if text.become(part) or (ending and not text.was_heard):
                    self._tell(text, ending)
                    told += 2 * sum(map(len, part.pieces))  # as Markdown, and beside it
        return told

    def _tell(self, text: _Text, ending: Run | None) -> None:
        notebook = Notebook.here()
        run = ending or (notebook and notebook.run)
        text.was_heard = (run is not None or self._is_met()) and not (run and is_captured(run))
        if ending:
            _publish(text)
        else:
            context = (notebook and notebook.context) or self._context
            context.copy().run(_publish, text)


class _Text:
    """One output, and what it is made of."""

    def __init__(self, data: Callable[[Sequence[Turn]], dict[str, Any]], *, is_first: bool) -> None:
        self.display_id = f"r1widget-{uuid.uuid4().hex}"
        self.was_heard = True
        self._data, self._is_first = data, is_first
        self._part, self._state = Part([], ()), Part([], ()).state

    def become(self, part: Part) -> bool:
        """Whether that is another text."""
        before = self._part.pieces, self._state
        self._part, self._state = part, part.state
        return before != (part.pieces, self._state)

    def data(self) -> dict[str, Any]:
        """Always Markdown, so that a page draws it in its place. An empty one is nothing on any page. In a kernel the plain text
        is only a word: the file and the wire would carry everything twice. Beside it what our own reader reads."""
        text = joined(self._part.pieces, is_first=self._is_first)
        if not text:
            return {"text/markdown": ""}
        if not in_kernel():
            return {"text/markdown": text, "text/plain": text}
        beside = self._part.data or self._data(self._part.turns)
        text = _SAVED + text if self._is_first else text
        return {"text/markdown": text, "text/plain": "A conversation, as Markdown.", MIME: beside}


def show(view: anywidget.AnyWidget, title: str) -> None:
    """The view alone. `title` is shown where no view can be, and above the texts where there is no kernel."""
    bundle = view._repr_mimebundle_()
    data = dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})
    display({**data, "text/plain": title}, raw=True)


def _publish(text: _Text) -> None:
    publisher = InteractiveShell.instance().display_pub
    publisher.publish(data=text.data(), metadata={}, transient={"display_id": text.display_id}, update=True)
