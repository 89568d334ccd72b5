"""`save`: an evaluation as files that a person reads."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .. import export
from ..errors import EvaluationError
from ..export.file import replace
from .frame import rows

if TYPE_CHECKING:
    from .evaluation import Evaluation


def save(of: Evaluation, folder: str | os.PathLike[str]) -> Path:
    """The folder. `wrong.ipynb` and `wrong.md` are there where something is wrong; ones of before go where nothing is."""
    path = Path(folder).expanduser()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(
            f"{str(path)!r} can't be made: {error.strerror or error}.", "Give another folder."
        ) from error
    _text(path / "table.md", of.table() + "\n")
    _text(path / "figures.json", json.dumps(of.figures, ensure_ascii=False, indent=1) + "\n")
    _text(path / "answers.csv", _csv(of))
    conversation = of.conversation
    for name in ("wrong.ipynb", "wrong.md"):
        if conversation.turns:
            export.write(conversation, path / name, about={"model": {"name": of.model}})
        else:
            (path / name).unlink(missing_ok=True)
    return path


def _text(path: Path, text: str) -> None:
    replace(path, text.encode("utf-8", "replace"))


def _csv(of: Evaluation) -> str:
    found = rows(of)
    out = io.StringIO(newline="")
    if found:
        writer = csv.DictWriter(out, fieldnames=list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in found)
    return out.getvalue()


def _cell(value: object) -> object:
    """What a model wrote is no formula of a spreadsheet: those begin with one of four signs."""
    if isinstance(value, str) and value[:1] in ("=", "@", "+", "\t", "\r"):
        return f"'{value}"
    return value
