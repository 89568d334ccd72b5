"""`file_name`: what a file is called by itself, after the first question: `what-is-17-24.md`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..conversation.turn import Turn

LONGEST = 120
"""Bytes before the suffix. A file system takes 255, and a browser adds a number to a name that is there already."""
_NO_NAME = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""What Windows takes for a device."""


def file_name(turns: Sequence[Turn], suffix: str) -> str:
    """Letters and digits, of any language, and hyphens: what every file system takes, and no shell reads as anything else."""
    words = re.findall(r"[^\W_]+", turns[0].question.lower() if turns else "")
    stem = _shortened("-".join(words)) or "conversation"
    return f"{'chat-' if _NO_NAME.fullmatch(stem) else ''}{stem}{suffix}"


def _shortened(stem: str) -> str:
    """Whole words, where the first isn't too long by itself."""
    if len(stem.encode("utf-8", "replace")) <= LONGEST:
        return stem
    cut = stem.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")
    return cut.rpartition("-")[0] or cut
