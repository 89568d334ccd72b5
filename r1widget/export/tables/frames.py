"""`to_frame`: a table of a conversation as a frame of pandas or polars, or a table of Arrow. The types are the columns', also
where there is no row: a count that isn't known is missing and makes no other a fraction."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from ...conversation import Conversation
from ...errors import ExportError, MissingLibrary
from ..optional import optional
from .columns import Column, Type, columns_of
from .rows import Row, rows

_PANDAS: dict[Type, str] = {
    "text": "string",
    "whole number": "Int64",
    "number": "Float64",
    "yes or no": "boolean",
    "time": "datetime64[us, UTC]",
}


def to_frame(conversation: Conversation, table: str = "turns", library: str | None = None) -> Any:
    """`"turns"`, `"steps"`, `"tokens"`, `"versions"`, `"findings"`, `"support"`, `"samples"` or `"notes"`, with the columns of docs/data.md.

    `library` is `"pandas"`, `"polars"`, `"arrow"`, or `"rows"`, which are dictionaries and need no library; without it, the
    first of these that is installed, in this order. `MissingLibrary` where it isn't.
    """
    columns = columns_of(table)
    library = _installed() if library is None else library
    if library == "rows":
        return rows(conversation, table)
    if library not in _MAKERS:
        raise ExportError(f"{library!r} is no library for tables.", f"There are: {', '.join((*_MAKERS, 'rows'))}.")
    package, make = _MAKERS[library]
    return make(optional(package, "This frame"), columns, rows(conversation, table))


def _installed() -> str:
    for name, (package, _) in _MAKERS.items():
        if importlib.util.find_spec(package) is not None:
            return name
    raise MissingLibrary(
        "A frame needs pandas, polars or pyarrow, and none of them is installed.",
        'pip install pandas; or take to_frame(…, library="rows"), which are dictionaries.',
    )


def _pandas(pandas: Any, columns: tuple[Column, ...], found: list[Row]) -> Any:
    return pandas.DataFrame(
        {name: pandas.Series([row[name] for row in found], dtype=_PANDAS[type]) for name, type, _ in columns}
    )


def _polars(polars: Any, columns: tuple[Column, ...], found: list[Row]) -> Any:
    types = {
        "text": polars.String,
        "whole number": polars.Int64,
        "number": polars.Float64,
        "yes or no": polars.Boolean,
        "time": polars.Datetime("us", "UTC"),
    }
    return polars.DataFrame(
        [polars.Series(name, [row[name] for row in found], dtype=types[type]) for name, type, _ in columns]
    )


def _arrow(arrow: Any, columns: tuple[Column, ...], found: list[Row]) -> Any:
    types = {
        "text": arrow.string(),
        "whole number": arrow.int64(),
        "number": arrow.float64(),
        "yes or no": arrow.bool_(),
        "time": arrow.timestamp("us", "UTC"),
    }
    return arrow.table({name: arrow.array([row[name] for row in found], types[type]) for name, type, _ in columns})


_MAKERS: dict[str, tuple[str, Callable[[Any, tuple[Column, ...], list[Row]], Any]]] = {
    "pandas": ("pandas", _pandas),
    "polars": ("polars", _polars),
    "arrow": ("pyarrow", _arrow),
}
"""By the name that a person gives: what is installed under which name, and what makes the frame."""
