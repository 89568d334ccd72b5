"""`library`: the C sources as one library of this machine, from the wheel or compiled here.

Nothing here says what the library does; `weights.linears.native` does. Where there is none, `Unusable` says why.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Set
from pathlib import Path
from typing import NamedTuple

from .compiler import compiled
from .processor import features
from .recipe import SUFFIX, Unusable
from .variants import Target, target

PREBUILT = Path(__file__).parent / "prebuilt"
"""Where a compiled wheel has its variants. A checkout and the wheel for any system have no such folder."""


class Library(NamedTuple):
    """The functions, and where they are from, in words."""

    functions: ctypes.CDLL
    origin: str


def library() -> Library:
    """The wheel's library for this processor; else one that is compiled here. `Unusable` where there is neither.

    The wheel's comes first, also where there is a compiler. The sources choose their instructions by hand, so one that
    knows the very processor makes nothing faster (on a Zen 4, products, attention and norms took 0.97 to 1.04 of the
    time, and two copies of one file differ as much), and the first question needn't wait for it.
    """
    path = prebuilt(PREBUILT, target(), features())
    if path is not None:
        with contextlib.suppress(OSError):  # on a disk from which nothing may be run, as in the cache folder
            return Library(ctypes.CDLL(str(path)), "from the wheel")
    return Library(compiled(), "compiled here")


def prebuilt(folder: Path, system: Target | None, features: Set[str]) -> Path | None:
    """The file of the best variant that is there and that a processor with these features can run."""
    for variant in system.variants if system else ():
        path = folder / f"{variant.name}{SUFFIX}"
        if variant.fits(features) and path.is_file():
            return path
    return None


__all__ = ["PREBUILT", "Library", "Unusable", "library", "prebuilt"]
