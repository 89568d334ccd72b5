"""`ImportClock`: how long a process has spent importing modules, wherever that was asked for."""

from __future__ import annotations

import importlib
import threading
import time
from typing import Any


class ImportClock:
    """Counts from `start` on. Every import that isn't there yet goes through one function of Python's own, `import` as
    `importlib.import_module`; what is imported while another module is counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = threading.local()

    def start(self) -> None:
        # The interpreter looks it up in this module for each import.
        machinery: Any = importlib._bootstrap  # type: ignore[attr-defined]
        find = machinery._find_and_load

        def timed(*arguments: Any) -> Any:
            depth = getattr(self._depth, "value", 0)
            self._depth.value = depth + 1
            start = time.perf_counter()
            try:
                return find(*arguments)
            finally:
                self._depth.value = depth
                # In another thread, imports are beside what the first one does, and hold up nobody.
                if not depth and threading.current_thread() is threading.main_thread():
                    self.seconds += time.perf_counter() - start

        machinery._find_and_load = timed
