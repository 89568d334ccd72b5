"""The scenes of the page without a kernel, read where they are written: whatever looks at all of them looks at a new one, too."""

from __future__ import annotations

import re

from .demo import JS

_SOURCE = JS / "src" / "demo" / "scenes.ts"
_TABLE = re.compile(r"^export const SCENES\b.*?^};$", re.MULTILINE | re.DOTALL)

THEMES = ("light", "dark", "contrast")

NARROW = 380
MIDDLE = 700
WIDE = 1000
BROAD = 1200


def _read() -> tuple[str, ...]:
    table = _TABLE.search(_SOURCE.read_text("utf-8"))
    assert table, f"{_SOURCE} has no table SCENES"
    return tuple(re.findall(r"^ {2}(\w+): ", table[0], re.MULTILINE))


SCENES = _read()
HUGE = frozenset({"long", "many"})
"""Those with thousands of elements. They have no colours of their own."""
