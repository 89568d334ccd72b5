"""`place`: where the journal is. In Jupyter's data folder, as IPython keeps its history; `R1WIDGET_HISTORY` names another place,
or says `off`. `R1WIDGET_HISTORY_MB` is how large it may become."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from ..errors import HistoryError

VARIABLE = "R1WIDGET_HISTORY"
LIMIT = "R1WIDGET_HISTORY_MB"
_OFF = {"off", "no", "none", "false", "0"}
_FILE = "history.sqlite"


def place() -> Path | None:
    """The journal's file, which need not be there yet; None where nothing is to be kept."""
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() in _OFF:
        return None
    if not named:
        return Path(jupyter_data_dir()) / "r1widget" / _FILE
    path = Path(named).expanduser()
    return path / _FILE if path.is_dir() or named.endswith(("/", os.sep)) else path


def limit() -> int:
    """In bytes; a thousand million where nobody says."""
    megabytes = os.environ.get(LIMIT, "").strip()
    return (int(megabytes) if megabytes.isdigit() and int(megabytes) > 0 else 1000) * 1_000_000


def required() -> Path:
    """The file, where there is to be one; `HistoryError` where it is turned off."""
    if (path := place()) is None:
        raise HistoryError("Nothing is kept on this machine.", f"The environment's {VARIABLE} says so.")
    return path
