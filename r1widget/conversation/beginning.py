"""`common`: how far two sequences are alike from their beginning. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def common(a: Sequence[Any], b: Sequence[Any]) -> int:
    """How many items two lists, or characters two texts, begin with alike. By halves, because slices compare at the speed
    of C."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
