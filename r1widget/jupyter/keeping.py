"""`Keeping`: sees to it that the notebook's file holds a chat, wherever the chat is shown and whoever waits for its turns.

What is written down is transcript_parts.py's, how it gets into the outputs transcript.py's, what cells there are notebook.py's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import traitlets
from ipywidgets import Widget

from ..chat import Listener
from ..chat.loading import Restored
from ..conversation.turn import Origin, Turn
from ..export import Reasoning, conversation_markdown
from ..reasoning import Kind
from .earlier import Earlier
from .kernel import Run, in_kernel, is_captured, this_run
from .library import Loaded, ref
from .notebook import Notebook
from .refresh import Refresh
from .transcript import Transcript, show
from .transcript_parts import PARTS, Part, TurnTexts

if TYPE_CHECKING:
    from .widget import ChatWidget


class TurnView(Loaded):
    """One turn of a chat, live, in the output of a cell of its own. What `%%r1` shows."""

    _chat = traitlets.Unicode().tag(sync=True)
    _turn = traitlets.Unicode().tag(sync=True)
    """The turn's id. Empty: the view draws nothing, and the texts below it are those of a chat that is shown elsewhere in the
    cell, in a box or in an output of its own."""

    def __init__(self, chat: ChatWidget, turn: Turn | None = None) -> None:
        super().__init__(_chat=ref(chat), _turn=turn.id if turn else "")
        self._chat_widget = chat

    def _ipython_display_(self) -> None:
        self._chat_widget._keeping.show_turn(self, self._chat_widget.conversation[self._turn])


class Keeping(Listener):
    """Of one view of a chat. Any thread may call."""

    def __init__(self, chat: ChatWidget, is_met: Callable[[], bool]) -> None:
        self._view, self._is_met = chat, is_met
        self._kept = TurnTexts(self._reasoning)
        self._earlier = Earlier()
        self._whole = self._transcript(self._parts)
        self._single: dict[str, Transcript] = {}  # of single turns, by the turn's id
        self._beneath: TurnView | None = None
        self._lock = threading.Lock()
        self._refresh = Refresh(self.all_changed)
        if (notebook := Notebook.here()) is not None:
            notebook.tell(self, chat)

    def show(self) -> None:
        """Show the chat in the cell that runs."""
        self._view._page.displayed()  # before the view, which then finds everything when it is drawn
        run = this_run()
        if self._is_private:
            show(self._view, f"r1widget: a private chat with {self._view.model_name}, of which nothing is kept.")
        elif run is not None and is_captured(run):
            show(self._view, self._title)  # the texts go below, at the end of the cell
        else:
            self._whole.display_below(self._view, self._title)

    def show_turn(self, view: TurnView, turn: Turn) -> None:
        """Show one turn, in the version that is on the active branch."""
        self._view._page.displayed()
        if self._is_private:
            show(view, f"r1widget: {self._view.model_name} was asked in private, and nothing is kept of it.")
            return
        transcript = self._single[turn.id] = self._transcript(lambda: self._kept.parts([self._active(turn)], 1))
        transcript.display_below(view, f"r1widget: {self._view.model_name} was asked:")

    def turn_changed(self, turn: Turn) -> None:
        self._show_texts()
        if turn.state != "ended":
            self._grows()
            return
        self._refresh.rest()
        self._whole.update()
        for version in turn.siblings:
            if (transcript := self._single.get(version.id)) is not None:
                transcript.update()

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        self._grows()

    def checked(self, turn: Turn) -> None:
        if turn.state != "ended":
            return
        if turn.under:
            self._grows()  # there is more to come
            return
        self._whole.update()
        for version in turn.siblings:
            if (transcript := self._single.get(version.id)) is not None:
                transcript.update()

    def versions_added(self, versions: Sequence[Turn], moved: Sequence[Turn]) -> None:
        self._show_texts()
        self._grows()

    def branch_changed(self) -> None:
        self.all_changed()

    def restored(self) -> None:
        self._earlier.restored(self._view.chat.id)
        self._show_texts()
        self.all_changed()

    def _grows(self) -> None:
        """Turns that are being written are kept as far as they have come."""
        if in_kernel() and (self._whole.is_displayed or self._single):
            self._refresh.touch()

    def all_changed(self) -> int:
        """Bring all texts up to date; how many characters were told."""
        return sum(transcript.update() for transcript in self._all())

    def conversation_ended(self, kept: Restored) -> None:
        """What was said stays: folded, above what comes, and in the cells of single turns as it is."""
        self._earlier.add(kept, self._view.chat.about, self._reasoning())
        self._single = {}

    def cleared(self) -> None:
        """The outputs of its turns become empty, and nobody holds the turns any more."""
        self._refresh.rest()
        self._kept.forget()
        single, self._single = self._single, {}
        self._whole.update()
        for transcript in single.values():
            transcript.empty()

    def aside(self) -> str:
        """What was said, folded, for a cell whose chat is another one now."""
        turns = self._view.turns
        count = "1 turn" if len(turns) == 1 else f"{len(turns)} turns"
        return (
            f"<details><summary>What was said here before, with another chat: {count}</summary>\n\n"
            f"{conversation_markdown(turns)}\n</details>\n\n*It comes back when the cell makes that chat again, as long as the kernel has it.*\n"
        )

    def cell_ended(self, run: Run, shown: Sequence[Widget]) -> None:
        self._show_texts_of(run, shown)
        for transcript in self._all():
            transcript.cell_ended(run)

    @property
    def _is_private(self) -> bool:
        return self._view.chat.kept == "nowhere"

    def _show_texts(self) -> None:
        """While a cell runs, which may take long: not only at its end."""
        notebook = Notebook.here()
        if (
            self._is_private
            or notebook is None
            or (run := notebook.run) is None
            or (context := notebook.context) is None
        ):
            return
        if self._whole.run != run and not is_captured(run):
            context.copy().run(self._show_texts_of, run, notebook.shown())

    def _show_texts_of(self, run: Run, shown: Sequence[Widget]) -> None:
        """The texts of a chat that the cell has shown without: in a box, which displays it, or in an `Output`, which isn't in
        the file. They stand below a view that draws nothing."""
        with self._lock:
            if not self._is_private and self._whole.run != run and any(widget is self._view for widget in shown):
                self._beneath = self._beneath or TurnView(self._view)
                self._whole.display_below(self._beneath, self._title)

    def _all(self) -> tuple[Transcript, ...]:
        return self._whole, *self._single.values()

    @property
    def _title(self) -> str:
        return f"r1widget: a chat with {self._view.model_name}. What was said:"

    def _reasoning(self) -> Reasoning:
        return "open" if self._view.unfold == "always" else "folded"

    def _parts(self) -> list[Part]:
        if (earlier := self._earlier.part) is None:
            return self._kept.parts(self._view.turns)
        return [earlier, *self._kept.parts(self._view.turns, PARTS - 1)]

    def _transcript(self, parts: Callable[[], Sequence[Part]]) -> Transcript:
        return Transcript(parts, self._view.chat.data_of, self._is_met, self._view._context)

    def _active(self, turn: Turn) -> Turn:
        """The version of a turn that is on the active branch, or the turn itself."""
        if len(versions := turn.siblings) == 1:
            return turn
        branch = {each.id for each in self._view.turns}
        return next((version for version in versions if version.id in branch), turn)
