"""`pieces`, `pieces_async`, `ended`: what is written of a turn, as it comes, for a loop in a script, in a cell or in a coroutine.

Any number may listen, each from the beginning. Who stops listening stops nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

Piece = TypeVar("Piece")
Whole = TypeVar("Whole", bound=AsyncIterable[Any])
Hear = Callable[[Piece | None], None]
"""Is told each piece, from whatever thread, and None at the end."""
Listen = Callable[[Hear[Piece]], Callable[[], None]]
"""Tells what there is, and from then on what comes; gives back what ends that."""
SLICE = 0.2
"""Seconds between two looks: on Windows, an interrupt doesn't end a wait for a lock."""


def pieces(listen: Listen[Piece]) -> Iterator[Piece]:
    """Each piece, in order; blocks until there is one, or the end."""
    news: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()

    def next_one() -> Piece | None:
        while True:
            with contextlib.suppress(queue.Empty):
                return news.get(timeout=SLICE)

    leave = listen(news.put)
    try:
        yield from iter(next_one, None)
    finally:
        leave()


async def pieces_async(listen: Listen[Piece]) -> AsyncIterator[Piece]:
    """The same, without keeping others of the event loop waiting."""
    loop = asyncio.get_running_loop()
    news: asyncio.Queue[Piece | None] = asyncio.Queue()

    def hear(piece: Piece | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody reads any more
            loop.call_soon_threadsafe(news.put_nowait, piece)

    leave = listen(hear)
    try:
        while (piece := await news.get()) is not None:
            yield piece
    finally:
        leave()


async def ended(whole: Whole) -> Whole:
    """The same again, when its last piece has come."""
    async for _ in whole:
        pass
    return whole
