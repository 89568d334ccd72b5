"""`Transcript`: a text output of the notebook that follows the conversation, so that the saved file holds it.

A widget's view is nothing without a kernel. So each display makes two outputs: the view, and below it the conversation
as `text/markdown` under a display id. The page hides the second while the first is alive; a notebook that is opened
without a kernel, on GitHub or in nbconvert shows it. No setting has to be switched on for that.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

import anywidget
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from .kernel import in_kernel


class Transcript:
    """The text below a view. `markdown` makes the current text."""

    def __init__(self, markdown: Callable[[], str]) -> None:
        self._markdown = markdown
        self._display_id = f"r1widget-{uuid.uuid4().hex}"
        self.is_displayed = False

    def display_below(self, view: anywidget.AnyWidget, title: str) -> None:
        """Put the view and, below it, the text into the output of the cell that runs."""
        bundle = view._repr_mimebundle_()
        data = dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})
        # What is shown where neither view nor markdown can be, and above the transcript where there is no kernel.
        data["text/plain"] = title
        display(data, raw=True)
        display(self._data(), raw=True, display_id=self._display_id)
        self.is_displayed = True

    def update(self) -> None:
        """Bring the text in the notebook up to date, from any thread."""
        if self.is_displayed and InteractiveShell.initialized():
            shell = InteractiveShell.instance()
            shell.display_pub.publish(
                data=self._data(), metadata={}, transient={"display_id": self._display_id}, update=True
            )

    def _data(self) -> dict[str, str]:
        """In a kernel the plain text is only a word: the file and the wire would carry everything twice."""
        text = self._markdown()
        return {"text/markdown": text, "text/plain": "A conversation, as Markdown." if in_kernel() else text}
