"""`Summary`: what a GGUF model is, from the headers of its files alone. No torch; and without the vocabulary, it is small enough
to be remembered."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ..safetensors import Contents
from .header import Header, TensorInfo
from .parts import parts_of
from .types import EXACT, FILE_TYPES, FLOATS, held

_TABLE, _HEAD = "token_embd.weight", "output.weight"
_LONGEST = 100
"""Letters of a name; more isn't one."""


@dataclass(frozen=True)
class Summary:
    name: str
    """As its maker calls it, without the way to a folder; often empty, or not what anybody calls it."""
    type: str
    """As llama.cpp calls the mix of its types: `Q4_K_M`; where that isn't said, the type that most of its layers have."""
    types: tuple[str, ...]
    """Of its matrices, those first that take most of the file."""
    contents: Contents
    is_quantized: bool
    """Whether any of its layers is."""
    bits: tuple[int, int]
    """Of a weight of its layers, as it is held here (`types.held`): the least and the most."""
    held: int
    """Bytes that its layers take here, as they are."""
    converted: tuple[str, ...]
    """Types of its layers that are held in 8 bits, for want of a layout."""
    config: SimpleNamespace
    """As transformers has one, as far as sizes go."""
    template: str


def summary(files: Sequence[Path]) -> Summary:
    """Of a model's files, the first one first. `WeightsCorrupt` where one isn't a GGUF file, `ModelNotFound` where a part is missing,
    `OSError` where one can't be read."""
    stats = [path.stat() for path in files]
    return _remembered(files[0], tuple((each.st_mtime_ns, each.st_size) for each in stats))


@lru_cache(maxsize=32)
def _remembered(path: Path, stats: object) -> Summary:
    """`stats`: it is read anew when a file is another one."""
    return summary_of(parts_of(path).values())


def summary_of(headers: Iterable[Header]) -> Summary:
    """Of the headers of a model's files, the first one first."""
    first, *others = headers
    tensors = [info for header in (first, *others) for info in header.tensors.values()]
    matrices = [info for info in tensors if len(info.shape) > 1]
    table = next((info for info in matrices if info.name == _TABLE), None)
    tied = not any(info.name == _HEAD for info in matrices)
    layers = [info for info in matrices if tied or info.name != _TABLE]
    bits = [held(info.type.name).values for info in layers]
    quantized = [info for info in tensors if info.type.name not in FLOATS]
    parameters = sum(info.count for info in tensors)
    return Summary(
        name=_name(first),
        type=_file_type(first) or next(iter(_types(layers, lambda info: info.count)), ""),
        types=_types(matrices, lambda info: info.size),
        contents=Contents(
            parameters, parameters - sum(info.count for info in quantized), sum(info.size for info in quantized)
        ),
        is_quantized=any(info.type.name not in FLOATS for info in layers),
        bits=(min(bits, default=0), max(bits, default=0)),
        held=math.ceil(sum(info.count * held(info.type.name).bits for info in layers) / 8),
        converted=tuple(
            kind for kind in _types(layers, lambda info: info.size) if kind not in EXACT and kind not in FLOATS
        ),
        config=_config(first, table, tied),
        template=_text(first, "tokenizer.chat_template"),
    )


def _types(infos: Iterable[TensorInfo], weight: Callable[[TensorInfo], int]) -> tuple[str, ...]:
    """The names of their types, the most first."""
    found: Counter[str] = Counter()
    for info in infos:
        found[info.type.name] += weight(info)
    return tuple(name for name, _ in found.most_common())


def _name(header: Header) -> str:
    name = _text(header, "general.name").replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST and name.isprintable() else ""


def _text(header: Header, key: str) -> str:
    found = header.metadata.get(key)
    return found if isinstance(found, str) else ""


def _file_type(header: Header) -> str:
    number = header.metadata.get("general.file_type")
    return FILE_TYPES.get(number, "") if isinstance(number, int) else ""


def _config(header: Header, table: TensorInfo | None, tied: bool) -> SimpleNamespace:
    def number(key: str) -> int | None:
        found: Any = header.of_architecture(key)
        if not isinstance(found, (int, str)) and hasattr(found, "__len__") and len(found):
            found = max(found)  # a number for each layer
        return found if isinstance(found, int) else None

    return SimpleNamespace(
        model_type=header.architecture,
        hidden_act="silu",
        hidden_size=number("embedding_length"),
        num_hidden_layers=number("block_count"),
        num_attention_heads=number("attention.head_count"),
        num_key_value_heads=number("attention.head_count_kv"),
        head_dim=number("attention.key_length"),
        vocab_size=table.shape[0] if table is not None else None,
        tie_word_embeddings=tied,
    )
