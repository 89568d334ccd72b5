"""`static`: the files of the front end, which are built when the package is (js/build.mjs)."""

from __future__ import annotations

from pathlib import Path

from .errors import R1WidgetError

_STATIC = Path(__file__).parent / "static"


def static(name: str) -> Path:
    """A file of the front end."""
    path = _STATIC / name
    if not path.is_file():
        raise R1WidgetError(
            f"r1widget was installed without its front end ({name}).", "Run `make build`, or reinstall it."
        )
    return path
