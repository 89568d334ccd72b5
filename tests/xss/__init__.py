"""Text that tries to run a script, by collection: ours, and public ones. README.md says where they come from."""

from __future__ import annotations

import json
from pathlib import Path

OURS = Path(__file__).resolve().parent
NAUGHTY = OURS.parents[1] / "js" / "node_modules" / "big-list-of-naughty-strings" / "blns.json"
BESIDE = OURS.parents[2] / "shared" / "data" / "xss"


def collections() -> dict[str, list[str]]:
    """The vectors of each file; the public ones where they are installed, or lie beside the repository."""
    files = [("ours", file) for file in sorted(OURS.glob("*.json"))]
    files += [("public", file) for file in (NAUGHTY, *sorted(BESIDE.glob("*.json"))) if file.exists()]
    return {
        f"{whose}-{file.stem}": [text for text in json.loads(file.read_text("utf-8")) if text.strip()]
        for whose, file in files
    }
