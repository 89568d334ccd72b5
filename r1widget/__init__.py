"""r1widget: watch, check, steer and keep a reasoning model's work, inside a notebook.

    %load_ext r1widget                   registers %%r1 and %r1
    from r1widget import ChatWidget

Importing this loads neither torch nor transformers; the first question does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import engines, errors
from ._version import __version__
from .conversation import Conversation, Span, Turn
from .reasoning import ReasoningSplitter
from .settings import Settings
from .widget import ChatWidget

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = [
    "ChatWidget",
    "Conversation",
    "ReasoningSplitter",
    "Settings",
    "Span",
    "Turn",
    "__version__",
    "engines",
    "errors",
    "load_ipython_extension",
]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext r1widget`."""
    from .magic import load_ipython_extension as load

    load(shell)
