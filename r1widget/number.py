"""Numbers of numpy and others as Python's own, which JSON can carry: `whole`, `number`. A truth value is no number."""

from __future__ import annotations

import numbers
import operator
from decimal import Decimal
from typing import Any


def whole(value: Any) -> Any:
    """The value as an `int` where it is a whole number, else as it is."""
    if isinstance(value, bool):
        return value
    try:
        return operator.index(value)
    except TypeError:
        return value


def number(value: Any) -> Any:
    """The value as an `int` or a `float` where it is a real number, else as it is."""
    if isinstance(value, (numbers.Real, Decimal)) and not isinstance(value, (bool, int)):
        try:
            return whole(value) if isinstance(value, numbers.Integral) else float(value)
        except (OverflowError, ValueError):
            return value
    return whole(value)
