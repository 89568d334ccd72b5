"""`Reporter`: tells how far a loading is, often enough to watch and not more. And what feeds it from the libraries' bars.

Progress bars of huggingface_hub and transformers would print below the cell; for our loading, and only for ours, they
report here instead.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

from . import OnProgress, Progress
from .remaining import Remaining

SECONDS = 0.1
"""At most ten reports a second; the first and the last of a stage always come through."""


class Reporter:
    """Passes on progress. Safe to call from several threads."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._last: tuple[str, str] | None = None
        self._due = 0.0
        self._remaining = Remaining()
        self._lock = threading.Lock()

    def __call__(
        self, stage: Literal["download", "load", "check"], text: str, done: int | None = None, total: int | None = None
    ) -> None:
        with self._lock:
            now = time.monotonic()
            if (stage, text) == self._last and now < self._due and done != total:
                return
            if (stage, text) != self._last:
                self._remaining = Remaining()
            self._last, self._due = (stage, text), now + SECONDS
            left = self._remaining.look(done, total, now)
            self._on_progress(Progress(stage=stage, text=text, done=done, total=total, left=left))


def download_bar(update: Callable[[int], None]) -> type:
    """What huggingface_hub takes for a `tqdm` class: it calls `update` with each piece's bytes and draws nothing."""

    class Bar:
        def __init__(self, *args: Any, **options: Any) -> None:
            self.n = 0
            self.total = options.get("total")
            if initial := options.get("initial"):
                self.update(initial)

        def update(self, n: float | None = 1) -> None:
            self.n += int(n or 0)
            update(int(n or 0))

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *reason: object) -> None:
            pass

        def __getattr__(self, name: str) -> Callable[..., None]:
            if name.startswith("__"):
                raise AttributeError(name)
            return lambda *args, **options: None  # close, refresh, set_description…

    return Bar


_watchers: dict[int, Callable[[int, int | None], None]] = {}
_hook_lock = threading.Lock()
_hook_before: Any = None


@contextlib.contextmanager
def loading_bars(report: Callable[[int, int | None], None]) -> Iterator[None]:
    """While it lasts, transformers' progress bars of this thread call `report(done, total)` and draw nothing.

    Other threads' bars are drawn as ever. Older versions of transformers have no hook for it: no bar is drawn meanwhile.
    """
    from transformers.utils import logging

    global _hook_before
    if not hasattr(logging, "set_tqdm_hook"):
        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            if shown:
                logging.enable_progress_bar()
        return
    me = threading.get_ident()
    with _hook_lock:
        if not _watchers:
            _hook_before = logging.set_tqdm_hook(_hook)
        before, _watchers[me] = _watchers.get(me), report
    try:
        yield
    finally:
        with _hook_lock:
            if before is not None:
                _watchers[me] = before
            else:
                del _watchers[me]
            if not _watchers:
                logging.set_tqdm_hook(_hook_before)


def _hook(factory: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    report = _watchers.get(threading.get_ident())
    if report is not None:
        return _Watched(args[0] if args else options.get("iterable", ()), options.get("total"), report)
    return _hook_before(factory, args, options) if _hook_before is not None else factory(*args, **options)


class _Watched:
    """An iterable that reports how far it is, or a counter that is updated."""

    def __init__(self, iterable: Any, total: int | None, report: Callable[[int, int | None], None]) -> None:
        self._iterable = iterable
        self._total = total if total is not None else len(iterable) if hasattr(iterable, "__len__") else None
        self._done = 0
        self._report = report

    def __iter__(self) -> Iterator[Any]:
        for item in self._iterable:
            yield item
            self.update()

    def update(self, n: int = 1) -> None:
        self._done += n
        self._report(self._done, self._total)

    def __enter__(self) -> _Watched:
        return self

    def __exit__(self, *reason: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **options: None
