"""`Checkpoint`: what lies of a model on this machine: its configuration, its template, its weights files. Nothing is fetched, and
neither torch nor the hub's library is imported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ...errors import WeightsCorrupt
from ..weights import safetensors
from ..weights.safetensors import Contents
from .shape import BYTES, CONFIGS, contents_of, read_config

TOKENIZER = 7_000_000
"""Bytes of the files beside the weights, about."""
_TEMPLATES = ("chat_template.jinja", "tokenizer_config.json")
_MOST = 4_000_000
"""Bytes of a file that has a template; a larger one is something else."""


class Checkpoint:
    """Of a folder, or of a model on the hub as it is in the hub's cache. What can't be read is as if it weren't there."""

    def __init__(self, name: str, folder: Path | None, *, on_hub: bool) -> None:
        self.folder = folder
        self._on_hub = on_hub
        data: Mapping[str, Any] | None = _json(folder / "config.json") if folder else None
        if data is None and on_hub:
            data = CONFIGS.get(name)
        self.config: SimpleNamespace | None = None if data is None else read_config(data)
        self.files, self.is_whole = self._weights()

    @property
    def template(self) -> str:
        """What of its files may say how it thinks; empty where there is none."""
        for name in _TEMPLATES if self.folder else ():
            path = self.folder / name  # type: ignore[operator]  # there is a folder
            try:
                if path.stat().st_size <= _MOST:
                    text = path.read_text("utf-8")
                    return text if name.endswith(".jinja") else str((_json(path) or {}).get("chat_template") or "")
            except (OSError, ValueError):
                continue
        return ""

    @property
    def contents(self) -> Contents | None:
        """What its weights are: of the files, where all of them are there, else as its configuration has it."""
        if self.is_whole:
            try:
                return safetensors.read(self.files)
            except (WeightsCorrupt, OSError):
                return None
        return contents_of(self.config) if self.config is not None else None

    @property
    def download(self) -> int | None:
        """Bytes that have to come yet, about; None where nobody knows."""
        if self.is_whole or not self._on_hub:
            return 0
        there = sum(path.stat().st_size for path in self.files if path.exists())
        index = (_json(self.folder / safetensors.INDEX) or {}) if self.folder else {}
        total = index.get("metadata", {}).get("total_size") if isinstance(index.get("metadata"), Mapping) else None
        if not isinstance(total, int):
            if (contents := self.contents) is None:
                return None
            kind = getattr(self.config, "dtype", None) or getattr(self.config, "torch_dtype", None)
            total = contents.parameters * BYTES.get(str(kind), 2) + (0 if self.folder else TOKENIZER)
        return max(0, total - there)

    def _weights(self) -> tuple[list[Path], bool]:
        try:
            files = safetensors.files(self.folder) if self.folder else []
        except (WeightsCorrupt, OSError):
            files = []
        return files, bool(files) and all(path.exists() for path in files)


def _json(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None
