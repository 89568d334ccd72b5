"""`trim`: what the allocator holds and nobody uses goes back to the system."""

from __future__ import annotations

import contextlib
import ctypes


def trim() -> None:
    """After something large was made of many pieces, glibc keeps as much as a gigabyte between those that stay; no other
    allocator has or needs it."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
