"""What we need to know of, and ask of, the kernel we run in: facts about ipykernel and ipywidgets, kept in one place."""

from __future__ import annotations

import contextvars
import os
import re
from dataclasses import dataclass
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Output
from ipywidgets.widgets import widget as _widgets


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a cell."""

    id: str
    """Of the request to run it."""
    cell: str | None
    """What Jupyter calls the cell, as long as the notebook has it. None where nobody says: nbclient, a console."""


def in_kernel() -> bool:
    """Whether outputs go to a notebook (or what executes one), and not to a terminal."""
    return InteractiveShell.initialized() and hasattr(InteractiveShell.instance(), "kernel")


def kernel_id() -> str | None:
    """The id under which the Jupyter server knows this kernel; None outside of one.

    The page needs it to interrupt a cell that waits for a turn, where the kernel can't read the page's messages
    meanwhile. The server names the connection file after it: `kernel-<id>.json`.
    """
    shell: Any = InteractiveShell.instance() if in_kernel() else None
    app = shell and shell.kernel.parent
    found = re.fullmatch(r"kernel-(.+)\.json", os.path.basename(getattr(app, "connection_file", "")))
    return found[1] if found else None


def notebook_path() -> str | None:
    """The file of the notebook that this kernel was started for; None where nobody says: a console, nbclient, a script.

    Jupyter's server tells it to the kernel that it starts, and again to one that is restarted, so that a notebook that was renamed
    meanwhile has its old name until it is opened anew. VS Code puts it into the namespace.
    """
    shell: Any = InteractiveShell.instance() if in_kernel() else None
    told = shell and (shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME"))
    return told if isinstance(told, str) and told.endswith(".ipynb") and os.path.isabs(told) else None


def this_run() -> Run | None:
    """The run that this code is part of; None outside of any, as in an answer to a page's message, in a terminal, and in
    kernels that aren't ipykernel and don't say."""
    shell: Any = InteractiveShell.instance() if in_kernel() else None
    get_parent = getattr(shell and shell.kernel, "get_parent", None)
    parent: dict[str, Any] = (get_parent("shell") if get_parent else None) or {}
    header = parent.get("header", {})
    if header.get("msg_type") != "execute_request":
        return None
    return Run(header["msg_id"], parent.get("metadata", {}).get("cellId"))


def is_captured(run: Run) -> bool:
    """Whether what the run displays now goes into an `Output` widget, and so not into the notebook's file."""
    return any(isinstance(widget, Output) and widget.msg_id == run.id for widget in [*_widgets._instances.values()])


def widget_of(model_id: str) -> object:
    """The widget of that id; None if there is none (any more)."""
    return _widgets._instances.get(model_id)


def forget_parent() -> None:
    """In this context, let messages have no parent.

    The header of the request that a message is due to is 250 bytes, of 700 that a piece of text takes besides its
    characters; and no page looks at it in a widget's message. Where ipykernel (before 6.30) doesn't keep the parent in
    the context, it stays.
    """
    shell: Any = InteractiveShell.instance() if in_kernel() else None
    parent = getattr(shell and shell.kernel, "_shell_parent", None)
    if isinstance(parent, contextvars.ContextVar):
        parent.set({})


def read_every_message() -> None:
    """Mend what makes an ipykernel from 7.0 to 7.3 (Binder's) deaf: about one notebook in thirty hears nothing more of its page.

    It sends replies past the stream that reads the same socket. A request that comes in just then has woken nobody, and as
    the socket counts as awake, none that follows does either. As in 7.4, replies now go through the stream, which looks for
    requests whenever it has sent (`SubshellManager._send_on_shell_channel`).
    """
    shell: Any = InteractiveShell.instance() if in_kernel() else None
    thread = getattr(shell and shell.kernel, "shell_channel_thread", None)
    manager: Any = getattr(thread, "manager", None)
    if hasattr(manager, "_shell_socket"):
        manager._shell_socket = shell.kernel.shell_stream


def accept_commands_while_busy(comm: Any) -> None:
    """Let a widget's messages come in on a subshell, also while a cell runs.

    JupyterLab sends them to a subshell. ipykernel 7.4 overrides that with the shell of our last own message, which is
    the busy main one for a widget that was made or written to in a cell; then Stop would wait for the cell that it is
    to stop (5.2 s late in a cell of 10 s; 0.06 s with this). The method is not public: where it doesn't exist (before
    7.4) there is nothing to undo, and where it goes away, the page still interrupts the kernel.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda data, default: default
