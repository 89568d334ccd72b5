"""How long models took to load on this machine, in a small file beside what r1widget can make anew (cache_folder.py); and a guess
of those that never did."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from .. import Progress
from ..cache_folder import cache_folder, root

FILE = "loads.json"
MOST = 200
"""Models that are remembered; the oldest go first."""
WORTH = 0.5
"""Seconds below which nobody waits, and nothing is remembered."""

LIBRARIES = 2.0
"""Seconds that torch and transformers take to be imported. These three are docs/engine.md's, of two cores and a 1.5B model."""
READ = 1.0e9
"""Bytes a second of weights that are ready to be used."""
QUANTIZED = 0.25e9
"""Bytes a second of a checkpoint that is quantized the first time."""


def is_first() -> bool:
    """Whether the libraries are to be imported first."""
    return "transformers" not in sys.modules


def measured(what: str, first: bool) -> float | None:
    """How long that took last; `first`: with the libraries. None where it was never loaded here in that way."""
    seconds = _read().get(_key(what), {}).get(_name(first))
    return float(seconds) if isinstance(seconds, (int, float)) else None


class Stopwatch:
    """How long a model takes to load, without what comes from the network."""

    def __init__(self) -> None:
        self.is_first = is_first()
        self._at, self._spent, self._downloads = time.monotonic(), 0.0, False
        self._made = _made()

    def hear(self, progress: Progress) -> None:
        """From now on it does this."""
        now = time.monotonic()
        if not self._downloads:
            self._spent += now - self._at
        self._at, self._downloads = now, progress.stage == "download"

    @property
    def has_made_something(self) -> bool:
        """Whether quantized weights or a compiled kernel are there that weren't: the next time it is quicker."""
        return _made() != self._made

    @property
    def seconds(self) -> float:
        return self._spent if self._downloads else self._spent + time.monotonic() - self._at


def remember(what: str, watch: Stopwatch) -> None:
    """That took so long. Where it can't be written, nothing is remembered. `what` goes in as a digest: it may have a path in it."""
    seconds, first = watch.seconds, watch.is_first
    if seconds < WORTH or watch.has_made_something:
        return
    with contextlib.suppress(OSError):
        all_of_them, key = _read(), _key(what)
        mine = {**all_of_them.pop(key, {}), _name(first): round(seconds, 2)}
        kept = dict([*all_of_them.items(), (key, mine)][-MOST:])
        folder = cache_folder()
        handle, partial = tempfile.mkstemp(prefix=".loads.", dir=folder)
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file)
            os.replace(partial, folder / FILE)
        finally:
            Path(partial).unlink(missing_ok=True)


def guessed(checkpoint: int, weights: int, *, quantizes: bool, first: bool) -> float:
    """Of a checkpoint and weights of so many bytes, by what was measured on another machine."""
    work = checkpoint / QUANTIZED if quantizes else weights / READ
    return work + (LIBRARIES if first else 0.0)


def _made() -> set[str]:
    """What lies there that has been made anew."""
    found: set[str] = set()
    for folder in ("weights", "kernels"):
        with contextlib.suppress(OSError):
            found.update(map(str, (root() / folder).iterdir()))
    return found


def _read() -> dict[str, dict[str, float]]:
    try:
        found = json.loads((root() / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}


def _key(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()[:16]


def _name(first: bool) -> str:
    return "first" if first else "again"
