"""`Readers`: the threads that are inside of an engine's stream just now. A program that ends waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator

from . import Delta

LOOK = 0.005
"""Seconds between two looks; a thread that leaves tells nobody."""


class Readers:
    """Who takes the next delta of a stream has torch's and the tokenizer's objects in hand, for a moment. A thread that the
    interpreter's end finds in their code is killed there, and the process with it.

    There is no lock, since an interrupt could leave it taken. What one can leave here is a thread's id; then the end waits.
    """

    def __init__(self) -> None:
        self._inside: set[int] = set()

    def __enter__(self) -> None:
        self._inside.add(threading.get_ident())

    def __exit__(self, *_: object) -> None:
        self._inside.discard(threading.get_ident())

    def follow(self, deltas: Generator[Delta, None, None]) -> Iterator[Delta]:
        """The same deltas. Whoever takes the next one is inside meanwhile, and while the stream lets go of what it has."""
        try:
            while True:
                with self:
                    delta = next(deltas, None)
                if delta is None:
                    return
                yield delta
        finally:
            with self:
                deltas.close()
                del deltas

    def wait(self, seconds: float) -> None:
        """Until nobody is inside, but so long at most."""
        end = time.monotonic() + seconds
        while self._inside and time.monotonic() < end:
            time.sleep(LOOK)
