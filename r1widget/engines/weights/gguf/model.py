"""`open_gguf`: a model that is a GGUF file, or several: all that a folder of the hub would have in its files, from metadata alone.

Only headers are read here, a few megabytes; weights come from `Gguf.source`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import Config, check_kind, config_of
from .fields import Fields
from .header import Header
from .parts import parts_of
from .summary import Summary, summary_of
from .tensors import Tensors
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from .source import GgufSource

_SHARE = 1 << 16


@dataclass(frozen=True)
class Ends:
    """As transformers' configuration for generation names them."""

    eos_token_id: list[int]


class Gguf:
    """Use `open_gguf`."""

    def __init__(self, headers: Mapping[Path, Header]) -> None:
        self._headers = headers
        self.path, header = next(iter(headers.items()))
        """The file, or the first of its parts."""
        self._fields = Fields(self.path, header)
        check_kind(self._fields)
        self._tensors = Tensors(headers)
        self.vocabulary = Vocabulary(self._fields)
        self.config: Config = config_of(
            self._fields,
            words=len(self.vocabulary),
            tensors=len(self._tensors),
            tied="output.weight" not in self._tensors,
            factors=self._tensors.factors(),
            more={
                **{f"{what}_token_id": self.vocabulary.named(what) for what in ("bos", "eos")},
                **self._tensors.biases(self._fields.architecture),
            },
        )
        """By transformers' names. Its `rope_factors` are by how much each frequency of the rotation is divided, or None."""
        self._tensors.check(self.config)

    @property
    def paths(self) -> list[Path]:
        """The file, or all its parts in order."""
        return list(self._headers)

    def tokenizer(self) -> Any:
        """transformers' tokenizer, with the file's template. `TokenizerBroken` where r1widget can't make the same of it as llama.cpp."""
        from .tokenizer import tokenizer_of

        return tokenizer_of(self.vocabulary)

    @property
    def generation(self) -> Ends:
        """The ids that end a reply, as far as the file says."""
        return Ends(sorted(self.vocabulary.ends))

    def source(self) -> GgufSource:
        """The weights. Its files stay open for as long as it is there."""
        from .source import GgufSource

        return GgufSource(self._tensors.placed(self.config))

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when a file does: of its size, its header and its end. Its name may be any."""
        digest = hashlib.sha256()
        for path, header in self._headers.items():
            size = path.stat().st_size
            digest.update(f"{size} ".encode())
            with path.open("rb") as file:
                digest.update(file.read(header.data + _SHARE))
                file.seek(max(0, size - _SHARE))
                digest.update(file.read(_SHARE))
        return digest.hexdigest()[:12]

    @cached_property
    def summary(self) -> Summary:
        """What it is called, how large it is, and how its weights are held."""
        return summary_of(self._headers.values())

    @property
    def note(self) -> str:
        """What a person should know of the file; empty where there is nothing."""
        return self.vocabulary.note


def open_gguf(path: Path) -> Gguf:
    """The model of a file, or of the parts that it is one of. `WeightsCorrupt` where one is damaged, `ModelNotFound` where one is
    missing, `EngineError` where it is of a kind that can't be run here, `OSError` where it can't be read."""
    return Gguf(parts_of(path))
