"""What lies in the hub's cache, without huggingface_hub, which takes a while to be imported."""

from __future__ import annotations

import os
from pathlib import Path


def in_cache(name: str, revision: str | None, cache: Path | None = None) -> Path | None:
    """The folder of a model in the hub's cache: of that branch, tag or commit; None where it isn't there."""
    model = (cache or hub_cache()) / f"models--{name.replace('/', '--')}"
    wanted = revision or "main"
    try:
        commit = (model / "refs" / wanted).read_text("utf-8").strip()
    except (OSError, ValueError):
        commit = wanted
    folder = model / "snapshots" / commit
    return folder if commit and folder.is_dir() else None


def hub_cache() -> Path:
    """Where huggingface_hub keeps its files, by the same variables."""
    for variable, *more in (("HF_HUB_CACHE",), ("HUGGINGFACE_HUB_CACHE",), ("HF_HOME", "hub")):
        if named := os.environ.get(variable):
            return Path(os.path.expandvars(named)).expanduser().joinpath(*more)
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface" / "hub"


def sizes_in(folder: Path) -> dict[str, int]:
    """The GGUF files of a folder, and of the folders in it, with their bytes: large models have one for each type."""
    found = {}
    for pattern in ("*", "*/*"):
        for path in folder.glob(pattern):
            if path.suffix.lower() == ".gguf" and path.is_file():  # a link that leads nowhere is none
                found[path.relative_to(folder).as_posix()] = path.stat().st_size
    return found
