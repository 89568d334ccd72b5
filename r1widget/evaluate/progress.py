"""How far an evaluation is, as a line: rewritten in a terminal, updated in a notebook, now and then in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..conversation.estimate import about, rate

LEAST = 4
"""Answers before anything is said of the time that is left."""
SOMETIMES = 10
"""Lines of a log, about."""


@dataclass(frozen=True)
class Standing:
    """How far it is."""

    done: int
    total: int
    pass_at_1: float | None = None
    tokens_per_second: float | None = None
    left: float | None = None
    """Seconds."""
    note: str = ""

    def __str__(self) -> str:
        parts = [f"{self.done} of {self.total} answers"]
        if self.pass_at_1 is not None:
            parts.append(f"pass@1 so far {self.pass_at_1:.1%}".replace("%", " %"))
        if self.tokens_per_second:
            parts.append(rate(self.tokens_per_second))
        if self.left:
            parts.append(f"{about(self.left)} left")
        return " · ".join([*parts, *([self.note] if self.note else [])])


Show = Callable[[Standing], None]


def shower(progress: bool | Show) -> tuple[Show, Callable[[], None]]:
    """What shows it, and what is called at the end."""
    if callable(progress):
        return progress, _nothing
    if not progress:
        return (lambda standing: None), _nothing
    if _is_notebook():
        return _in_a_notebook(), _nothing
    return on_a_terminal(lambda text, end: print(text, end=end, file=sys.stderr, flush=True), sys.stderr)


def on_a_terminal(say: Callable[[str, str], object], stream: Any) -> tuple[Show, Callable[[], None]]:
    """One line, written anew; into a file or a pipe a line now and then."""
    is_terminal = stream is not None and stream.isatty()
    before = ""
    tenth = -1

    def show(standing: Standing) -> None:
        nonlocal before, tenth
        text = str(standing)
        if is_terminal:
            if text != before:
                say(f"\r\x1b[K{text}", "")
        elif standing.total and (part := standing.done * SOMETIMES // standing.total) > tenth and not standing.note:
            tenth = part
            say(text, "\n")
        before = text

    def end() -> None:
        if is_terminal and before:
            say("", "\n")

    return show, end


def _in_a_notebook() -> Show:
    from IPython.display import display

    handle: Any = None
    before = ""

    def show(standing: Standing) -> None:
        nonlocal handle, before
        text = str(standing)
        if text == before:
            return
        before = text
        data = {"text/plain": text}
        if handle is None:
            handle = display(data, raw=True, display_id=True)
        else:
            handle.update(data, raw=True)

    return show


def _is_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def _nothing() -> None:
    """Nothing to end."""
