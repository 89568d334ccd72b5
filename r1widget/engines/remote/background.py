"""`Background`: a coroutine on a thread with an event loop of its own, so that it can be stopped while it waits."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_POLL = 0.02
"""Seconds between two looks at `stop` while nothing comes: an event can't be waited for together with a queue."""


class Background(Generic[T]):
    """Runs `work(put)`; `read` gives what it puts.

    A thread of ours and not the kernel's loop, because that one is busy while a cell runs; a loop and not a blocking
    socket, because a task that waits for a server's first byte can be cancelled, which closes the connection at once.
    """

    def __init__(self, work: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]]) -> None:
        self._work = work
        self._items: queue.SimpleQueue[tuple[T] | Exception | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._cancel: Callable[[], object] | None = None
        self._closed = False

    def read(self, stop: threading.Event) -> Generator[T, None, None]:
        """What the work puts, as it comes; its exception, if it ends with one. Ends early when `stop` is set."""
        threading.Thread(target=self._run, name="r1widget-remote", daemon=True).start()
        try:
            while not stop.is_set():
                try:
                    item = self._items.get(timeout=_POLL)
                except queue.Empty:
                    continue
                if item is None:
                    return
                if isinstance(item, Exception):
                    raise item
                yield item[0]
        finally:
            self.close()

    def close(self) -> None:
        """Cancel the work, and with it what it has open. From any thread, at any time; returns at once."""
        with self._lock:
            self._closed = True
            if self._cancel is not None:
                self._cancel()

    def _run(self) -> None:
        end: Exception | None = None
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            pass
        except Exception as error:
            end = error
        self._items.put(end)

    async def _main(self) -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        with self._lock:
            if self._closed:
                return
            self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        try:
            await self._work(lambda item: self._items.put((item,)))
        finally:
            with self._lock:  # from here on there is nothing to cancel, and soon no loop to tell
                self._cancel = None
