"""The folder where r1widget keeps what can be made anew: compiled kernels, quantised weights. No torch here.

`R1WIDGET_CACHE` names another. What lies in it is loaded and run, so it belongs to this user alone.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

VARIABLE = "R1WIDGET_CACHE"


def cache_folder(*parts: str) -> Path:
    """The folder, or one inside it; made if need be, readable by nobody else. `OSError` where that can't be.

    `PermissionError` where it exists and others own it or could write into it.
    """
    folder = root()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in parts:
        folder = folder / part
        folder.mkdir(exist_ok=True, mode=0o700)
    if not is_private(folder):
        raise PermissionError(f"{folder} belongs to somebody else, or others may write into it")
    return folder


def is_private(path: Path) -> bool:
    """Whether only this user (or the machine's administrator) can have written the file or folder."""
    if sys.platform == "win32":  # the user's profile has its own access list
        return True
    found = path.stat()
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def root() -> Path:
    """The folder itself, which need not be there yet."""
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "r1widget"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "r1widget"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "r1widget"
