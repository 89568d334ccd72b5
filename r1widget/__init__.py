"""r1widget: watch, check, steer and keep a reasoning model's work, inside a notebook.

    %load_ext r1widget                   registers %%r1 and %r1
    from r1widget import ChatWidget      a chat in a cell
    from r1widget import Chat            the same without a widget, for a script, a test or a server

Importing this loads neither torch nor transformers; the first question does. A `Chat` needs no widgets either, so these are
loaded when `ChatWidget` is first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import engines, errors
from ._version import __version__
from .chat import Chat
from .conversation import Conversation, Span, Turn
from .journal import history
from .reasoning import ReasoningSplitter
from .settings import Settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .jupyter.widget import ChatWidget

__all__ = [
    "Chat",
    "ChatWidget",
    "Conversation",
    "ReasoningSplitter",
    "Settings",
    "Span",
    "Turn",
    "__version__",
    "engines",
    "errors",
    "history",
    "load_ipython_extension",
]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext r1widget`."""
    from .jupyter.magic import load_ipython_extension as load

    load(shell)


def __getattr__(name: str) -> type[ChatWidget]:
    if name != "ChatWidget":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .jupyter.widget import ChatWidget

    return globals().setdefault(name, ChatWidget)  # type: ignore[no-any-return]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
