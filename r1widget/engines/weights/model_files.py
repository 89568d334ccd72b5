"""`open_files`: what a model's files say of it, whether they are a folder with a config.json or a GGUF file.

A GGUF file is one thing; a folder's weights may still have to be fetched when its configuration and its tokenizer are there.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import transformers

from ...errors import WeightsCorrupt
from ..text.stop_ids import generation_config
from ..text.tokens import load_tokenizer
from . import safetensors
from .gguf.filenames import is_gguf
from .gguf.model import Gguf, open_gguf
from .gguf.summary import Summary
from .hub import Place
from .safetensors import Contents
from .safetensors_source import SafetensorsSource
from .source import Source


class ModelFiles(Protocol):
    """What `load` needs to know, wherever it stands."""

    @property
    def place(self) -> Place: ...
    @property
    def config(self) -> Any:
        """transformers' configuration."""

    @property
    def generation(self) -> Any:
        """What has `eos_token_id`, one or several; None: nothing is said."""

    @property
    def revision(self) -> str:
        """The hub's commit, or a fingerprint of all that is said here."""

    @property
    def contents(self) -> Contents:
        """What the weights are, once they are there. `WeightsCorrupt` where they aren't whole."""

    @property
    def fingerprint(self) -> str:
        """Of the weights."""

    @property
    def summary(self) -> Summary | None:
        """Of a GGUF file: how its weights are held as they are."""

    @property
    def about(self) -> dict[str, str]:
        """What a record says of the file, beyond that."""

    def tokenizer(self) -> Any: ...
    def source(self) -> Source: ...


def open_files(place: Place) -> ModelFiles:
    return FolderFiles(place) if place.file is None else GgufFiles(place, open_gguf(place.file))


class FolderFiles:
    """As transformers saves a model."""

    summary = None

    def __init__(self, place: Place) -> None:
        self.place = place
        self.config: Any = transformers.AutoConfig.from_pretrained(str(place.folder), local_files_only=True)

    @property
    def generation(self) -> Any:
        return generation_config(self.place.folder)

    @property
    def revision(self) -> str:
        names = [self.place.folder / name for name in ("config.json", "tokenizer.json")]
        return self.place.revision or safetensors.fingerprint(
            [*(path for path in names if path.exists()), *self._paths]
        )

    @cached_property
    def contents(self) -> Contents:
        return safetensors.read(self._paths)

    @cached_property
    def fingerprint(self) -> str:
        return safetensors.fingerprint(self._paths)

    @property
    def about(self) -> dict[str, str]:
        return {}

    def tokenizer(self) -> Any:
        return load_tokenizer(self.place.folder, self.place.name)

    def source(self) -> Source:
        return SafetensorsSource(self._paths)

    @property
    def _paths(self) -> list[Path]:
        paths = safetensors.files(self.place.folder)
        if not paths:
            raise WeightsCorrupt(f"{self.place.name} has no weights: there is no {safetensors.WHOLE} in its folder.")
        return paths


class GgufFiles:
    """One GGUF file, or the parts of one."""

    def __init__(self, place: Place, gguf: Gguf) -> None:
        self.place, self._gguf = place, gguf
        self.config: Any = gguf.config
        self.generation: Any = gguf.generation
        self.fingerprint = gguf.fingerprint
        self.revision = place.revision or gguf.fingerprint
        self.summary: Summary = gguf.summary
        self.contents: Contents = gguf.summary.contents

    @property
    def about(self) -> dict[str, str]:
        name = self._gguf.path.name
        file = name if is_gguf(name) else ""  # in Ollama's store it is a digest
        types = ", ".join(self.summary.types)
        said = {"file": file, "file_types": types, "file_why": self.place.why, "file_note": self._gguf.note}
        return {name: text for name, text in said.items() if text}

    def tokenizer(self) -> Any:
        return self._gguf.tokenizer()

    def source(self) -> Source:
        return self._gguf.source()
