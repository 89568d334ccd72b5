"""What this processor can do, as the system tells it."""

from __future__ import annotations

import ctypes
import functools
import platform
import sys
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
"""Where Linux tells it."""
_AVX2_ON_WINDOWS = 40
"""PF_AVX2_INSTRUCTIONS_AVAILABLE"""


@functools.cache
def features() -> frozenset[str]:
    """Its abilities by Linux's names, as far as the system lets use them; of other systems, only what is asked of them."""
    if sys.platform == "win32":
        # No processor with AVX2 that Windows runs on lacks the other two, of which Windows says nothing.
        has_avx2 = ctypes.windll.kernel32.IsProcessorFeaturePresent(_AVX2_ON_WINDOWS)
        return frozenset(("avx2", "fma", "f16c") if has_avx2 else ())
    each = [line.partition(":")[2].split() for line in _lines() if line.startswith(("flags", "Features"))]
    return frozenset(each[0]).intersection(*each) if each else frozenset()


@functools.cache
def description() -> str:
    """Differs between processors that can do different things: a home folder may be shared by several machines."""
    found = {line for line in _lines() if line.startswith(("flags", "Features", "model name", "CPU part"))}
    return "\n".join(sorted(found)) or " ".join((platform.machine(), platform.processor(), platform.platform()))


def _lines() -> list[str]:
    try:
        return CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
