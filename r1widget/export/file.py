"""A file that is there whole or not at all: `writable`, before there is anything to write, and `replace`."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from ..errors import ExportError


def writable(path: str | os.PathLike[str]) -> Path:
    """The path, where a file can be written; found out by making one beside it."""
    with _in_a_sentence(path):
        target = Path(path).expanduser()
        if target.is_dir():
            raise ExportError(f"{str(target)!r} can't be written: it is a folder.", "Give the name of a file in it.")
        if not target.parent.is_dir():
            raise ExportError(f"There is no folder {str(target.parent)!r}.", "Make it first, or export to another.")
        part = _beside(target)
        part.touch(exist_ok=False)
        part.unlink()
        target.exists()  # a name can be too long for the file, and not for the one beside it
    return target


def replace(target: Path, data: bytes) -> None:
    """A new file beside the old one, then in its place, with the permissions that the old one had."""
    with _in_a_sentence(target):
        part = _beside(target)
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                part.chmod(target.stat().st_mode & 0o777)
            part.replace(os.path.realpath(target))  # a link stays a link
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _beside(target: Path) -> Path:
    """A name in the file's own folder that nobody has."""
    there = Path(os.path.realpath(target))
    return there.with_name(f".{there.name[:40]}.{uuid.uuid4().hex[:8]}.part")


@contextlib.contextmanager
def _in_a_sentence(path: str | os.PathLike[str]) -> Iterator[None]:
    """What the system says of a file becomes an error of ours."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ExportError(
            f"{os.fspath(path)!r} can't be written: {why}.", "Export to a folder you may write to."
        ) from error
