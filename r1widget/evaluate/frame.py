"""`to_frame`: an evaluation as a table of any library, a row for each answer."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from ..errors import ExportError
from ..export.optional import optional

if TYPE_CHECKING:
    from .evaluation import Evaluation

_LIBRARIES = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow"}


def rows(of: Evaluation) -> list[dict[str, Any]]:
    """Plain values."""
    return [
        {
            "question": sample.question + 1,
            "sample": sample.number + 1,
            "text": of.question(sample).text,
            "expected": of.question(sample).answer,
            "ends_in": sample.ends_in,
            "right": sample.grade.right,
            "graded_by": sample.grade.by,
            "reasoning_tokens": sample.tokens("reasoning"),
            "answer_tokens": sample.tokens("answer"),
            "seconds": sample.turn_seconds,
            "loops": sample.loops,
            "cut": sample.is_cut,
            "boxed": sample.is_boxed,
            "seed": sample.turn.record.get("seed"),
        }
        for sample in of.samples
    ]


def to_frame(of: Evaluation, library: str | None) -> Any:
    """`ExportError` of a library that isn't known, `MissingLibrary` of one that isn't there."""
    found = rows(of)
    if library is None:
        library = next((each for each, name in _LIBRARIES.items() if importlib.util.find_spec(name)), "rows")
    if library == "rows":
        return found
    if library not in _LIBRARIES:
        raise ExportError(f"{library!r} is no library for tables.", f"There are: {', '.join((*_LIBRARIES, 'rows'))}.")
    module = optional(_LIBRARIES[library], "This frame")
    return module.Table.from_pylist(found) if library == "arrow" else module.DataFrame(found)
