"""Rows of a file: csv, tsv, jsonl, json or parquet, by its suffix."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ...errors import EvaluationError
from ...export.optional import optional
from .columns import Row

LONGEST_CELL = 10_000_000
"""Characters of a cell of a csv; Python's own limit is 131,072."""


def rows_of(path: Path) -> list[Row]:
    """All rows, as they are. `EvaluationError` where the file isn't what its suffix says."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise EvaluationError(
            f"{path.name!r} ends in {path.suffix!r}, which is no table that is read."
            if path.suffix
            else f"{path.name!r} has no suffix, which would say how it is read.",
            f"There are: {', '.join(_READERS)}.",
        )
    try:
        return reader(path)
    except OSError as error:
        raise EvaluationError(f"{path.name} can't be read: {error.strerror or error}.", "Check its name.") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path.name} is no text in UTF-8.", "Save it as UTF-8.") from error


def _csv(path: Path, delimiter: str = ",") -> list[Row]:
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        text = path.read_text(encoding="utf-8-sig")
        return [
            {str(name): value for name, value in row.items() if name is not None}
            for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise EvaluationError(f"{path.name} is no csv: {error}.", "Check where its quotes are.") from error
    finally:
        csv.field_size_limit(before)


def _tsv(path: Path) -> list[Row]:
    return _csv(path, "\t")


def _jsonl(path: Path) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            rows.append(_row(_json_of(line, f"Line {number} of {path.name}"), f"Line {number} of {path.name}"))
    return rows


def _json(path: Path) -> list[Row]:
    found = _json_of(path.read_text(encoding="utf-8-sig"), path.name)
    if not isinstance(found, list):
        raise EvaluationError(f"{path.name} is no list of questions.", 'Write [{"question": …, "answer": …}, …].')
    return [_row(row, f"Entry {number} of {path.name}") for number, row in enumerate(found, 1)]


def _json_of(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{where} is no JSON: {str(error).splitlines()[0]}.", "Mend the file.") from error


def _row(value: Any, where: str) -> Row:
    if not isinstance(value, dict):
        raise EvaluationError(f"{where} is no object.", 'Write {"question": …, "answer": …}.')
    return value


def _parquet(path: Path) -> list[Row]:
    parquet = optional("pyarrow.parquet", "A parquet file")
    try:
        rows: Sequence[Row] = parquet.read_table(path).to_pylist()
    except OSError:
        raise
    except Exception as error:  # pyarrow's own, which are of several kinds
        raise EvaluationError(f"{path.name} is no parquet file: {error}.", "Get it anew.") from error
    return list(rows)


_READERS: dict[str, Callable[[Path], list[Row]]] = {
    ".csv": _csv,
    ".tsv": _tsv,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _json,
    ".parquet": _parquet,
}
SUFFIXES = tuple(_READERS)
