"""`pack`, `unpack`: columns of numbers as bytes, the same on every machine. Standard library only.

What is known of each token is thousands of small numbers, ten times as long as JSON. What grows (ends, ids of a place) is
stored as steps, which compress to almost nothing.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

Columns = Mapping[str, "array[Any]"]
_STEPS = frozenset("IQ")
"""Types whose numbers are stored as what is added to the one before."""
_SIGNED = "q"


def pack(columns: Columns) -> bytes:
    """The columns by their names. Their types stay: `I`, `Q` (whole, from 0 up), `B` (a byte), `f` (single precision)."""
    head, bodies = [], []
    for name, column in columns.items():
        stored = _steps(column) if column.typecode in _STEPS else column[:]
        if sys.byteorder == "big":
            stored.byteswap()
        head.append([name, column.typecode, len(column)])
        bodies.append(stored.tobytes())
    return zlib.compress(json.dumps(head).encode() + b"\n" + b"".join(bodies), 1)


def unpack(data: bytes) -> dict[str, array[Any]]:
    """The columns again; `ValueError` for bytes that are none."""
    try:
        head, _, body = zlib.decompress(data).partition(b"\n")
        columns, at = {}, 0
        for name, typecode, length in json.loads(head):
            stored: array[Any] = array(_SIGNED if typecode in _STEPS else typecode)
            end = at + length * stored.itemsize
            stored.frombytes(body[at:end])
            if len(stored) != length:
                raise ValueError("there is less than it says")
            if sys.byteorder == "big":
                stored.byteswap()
            columns[name] = array(typecode, accumulate(stored)) if typecode in _STEPS else stored
            at = end
    except (zlib.error, TypeError, OverflowError, KeyError) as problem:
        raise ValueError(f"these are no columns: {problem}") from problem
    return columns


def joined(*parts: Columns) -> dict[str, array[Any]]:
    """Columns that came piece by piece, one behind the other."""
    whole: dict[str, array[Any]] = {}
    for part in parts:
        for name, column in part.items():
            whole[name] = whole[name] + column if name in whole else column
    return whole


def _steps(column: array[Any]) -> array[Any]:
    before = 0
    steps: array[Any] = array(_SIGNED)
    for value in column:
        steps.append(value - before)
        before = value
    return steps
